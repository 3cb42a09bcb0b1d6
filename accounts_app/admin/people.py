"""Django's pages of users and groups, without a way to delete either."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest

from accounts_app.admin.unlocking import UnlockMixin

admin.site.unregister([User, Group])


class KeptMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Takes the deleting away: what people did must keep naming them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes; a user who leaves is made inactive."""
        return False

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        """Offer groups and rights as boxes to tick: all that are there are seen at once."""
        kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(User)
class StaffAdmin(UnlockMixin, KeptMixin, UserAdmin):  # type: ignore[type-arg]
    """The people who may sign in; their rights come from groups alone."""

    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )


@admin.register(Group)
class RoleAdmin(KeptMixin, GroupAdmin):  # type: ignore[misc]  # its hook has a default more
    """The groups that carry the rights."""

    filter_horizontal = ()
