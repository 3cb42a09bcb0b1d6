"""The pages of the people who work here, and of the roles; nobody is ever deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, ManyToManyField, Q, QuerySet
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app import rights
from accounts_app.admin import acting, moments, signed_out, stepping_up, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.listed import ListedAdmin
from accounts_app.admin.unlocking import UnlockMixin
from accounts_app.errors import NotPermitted
from accounts_app.services import staff

admin.site.unregister([User, Group])


class StaffForm(UserChangeForm):  # type: ignore[type-arg]  # only the checker may subscript it
    """A person, their roles, and why they change."""

    why = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the audit with what changes."),
    )

    def clean_groups(self) -> Any:
        """Refuse the roles that act to a superuser."""
        groups = self.cleaned_data["groups"]
        refused = staff.acting_roles(self.instance, [group.name for group in groups])
        if refused:
            sentence = gettext(
                "A superuser cannot be {roles}: make an account of its own for that."
            )
            raise forms.ValidationError(sentence.format(roles=", ".join(refused)))
        return groups


@admin.register(User)
class StaffAdmin(UnlockMixin, ListedAdmin, UserAdmin):  # type: ignore[type-arg]
    """The people who may sign in; their rights come from roles alone."""

    form = StaffForm
    list_display = ("username", "full_name", "roles", "is_active", "seen")
    list_filter = ("is_active", "groups")
    ordering = ("username",)
    search_fields = ()
    looks_in = ("username", "first_name", "last_name", "email")
    search_help_text = _("Part of a sign-in name, a name or an address")
    nothing = _("Nobody works here yet.")
    filter_horizontal = ()
    readonly_fields = ("is_superuser", "seen", "joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "why")}),
        (_("Dates"), {"fields": ("seen", "joined")}),
    )

    def get_urls(self) -> list[URLPattern]:
        """Show what was typed to whoever sends a person's form without a session."""
        kept = signed_out.keeping(self.admin_site, self.change_view)
        own = path("<path:object_id>/change/", kept, name="auth_user_change")
        return [own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read the roles along."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the reason out where nothing can be changed."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**one, "fields": tuple(field for field in one["fields"] if field != "why")})
            for name, one in fieldsets
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may change others, or this one; never themselves."""
        if obj is None:
            return super().has_change_permission(request)
        return staff.may_change(acting.person(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: what people did must keep naming them. Who leaves is made inactive."""
        return False

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        """Offer the roles as boxes to tick: all that are there are seen at once."""
        kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Head the page in words of our own: Django joins its own without an article."""
        if kwargs.get("add"):
            context["title"] = gettext("Add a user")
        elif self.has_change_permission(request, kwargs.get("obj")):
            context["title"] = gettext("Change a user")
        else:
            context["title"] = gettext("A user")
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Have whoever changes somebody's rights show a factor first."""
        if request.method == "POST":
            stepping_up.demand(request)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the person, keeping in mind how they were before."""
        actor = acting.person(request)
        try:
            if change:
                staff.refuse_unless_may_change(actor, obj)
            else:
                staff.refuse_unless_may_add(actor)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.told) from refusal
        form.before = staff.standing(User.objects.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles, then record all that changed as one act."""
        super().save_related(request, form, formsets, change)
        person = User.objects.get(pk=form.instance.pk)
        reason = form.cleaned_data.get("why", "")
        staff.changed(person, form.before, actor=acting.person(request), reason=reason)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set a person's password, with a factor shown before; recorded with it."""
        if request.method == "POST":
            stepping_up.demand(request)
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave the history to the audit, which has written it by now."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the audit as well; of a password that was set, tell the audit."""
        route = request.resolver_match
        if route is not None and route.url_name == "auth_user_password_change":
            staff.password_set(obj, actor=acting.person(request))

    @admin.display(description=_("name"))
    def full_name(self, person: User) -> str:
        """Show what they are called."""
        return person.get_full_name() or words.NOTHING

    @admin.display(description=_("last sign-in"), ordering="last_login")
    def seen(self, person: User) -> SafeString | str:
        """Show when they last signed in."""
        return moments.moment(person.last_login)

    @admin.display(description=_("since"), ordering="date_joined")
    def joined(self, person: User) -> SafeString | str:
        """Show since when they work here."""
        return moments.moment(person.date_joined)

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        """Show what they may be."""
        names = sorted(group.name for group in person.groups.all())
        return ", ".join(names) or words.NOTHING


@admin.register(Group)
class RoleAdmin(ViewOnlyAdmin):
    """The roles: what each may do, and who has it. They come from the matrix, not from here."""

    list_display = ("name", "number")
    looks_in = ("name",)
    search_help_text = _("Part of a role's name")
    fields = ("name", "may", "members")
    nothing = _("There are no roles; migrating the database makes them.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the active members along."""
        active = Count("user", filter=Q(user__is_active=True))
        groups = super().get_queryset(request)
        counted: QuerySet[Any] = groups.annotate(number_of_people=active)
        return counted

    @admin.display(description=_("people"))
    def number(self, group: Any) -> int:
        """Show how many active members there are."""
        return int(group.number_of_people)

    @admin.display(description=_("may do"))
    def may(self, group: Group) -> SafeString | str:
        """List what the matrix lets the role do, and how far."""
        rows = [
            (row.what, row.roles[group.name]) for row in rights.MATRIX if group.name in row.roles
        ]
        if not rows:
            return words.NOTHING
        lines = [(what, "" if word == "yes" else f" ({word})") for what, word in rows]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}{}</li>", lines))

    @admin.display(description=_("members"))
    def members(self, group: Group) -> str:
        """Name the active members."""
        active = group.user_set.filter(is_active=True).order_by("username")
        return ", ".join(active.values_list("username", flat=True)) or words.NOTHING
