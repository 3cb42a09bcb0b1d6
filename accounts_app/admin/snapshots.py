"""The pages of what the provider told us, word for word."""

import json

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts_app.admin import badges, moments, personal, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.models import Discrepancy, Snapshot


class AboutEntityAdmin(ViewOnlyAdmin):
    """What pages about one mirrored row share."""

    looks_in_ids = ("entity_id",)
    search_help_text = gettext_lazy("Whole or part of the id of a customer, account or card")

    @admin.display(description=gettext_lazy("about"), ordering="entity_id")
    def about(self, row: Snapshot | Discrepancy) -> SafeString | str:
        """Lead to what it is about."""
        shown = words.entity_link(row.entity_kind, row.entity_id)
        return words.copyable(shown, row.entity_id)


@admin.register(Snapshot)
class SnapshotAdmin(AboutEntityAdmin):
    """Lists and shows the provider's representations, word for word."""

    list_display = ("asked", "about", "status_badge", "source", "fields_changed")
    list_display_links = ("asked",)
    list_filter = ("entity_kind", "source", "status", "asked_at")
    nothing = gettext_lazy(
        "No answer of the provider was kept yet. Each that tells something new will be."
    )
    fieldsets = (
        (
            gettext_lazy("What was seen"),
            {"fields": ("about", "status_badge", "asked", "source", "operation", "fields_changed")},
        ),
        (
            gettext_lazy("Word for word"),
            {"fields": ("contents", "digest"), "classes": ("facts--one",)},
        ),
    )

    def heading(self, row: Snapshot) -> str:
        """Call the snapshot by its number."""
        return gettext("Snapshot %(number)s") % {"number": row.pk}

    def badge_of(self, row: Snapshot) -> SafeString:
        """Return the status it tells."""
        return badges.of_status(row.status, row.entity_kind)

    @admin.display(description=gettext_lazy("asked at"), ordering="asked_at")
    def asked(self, snapshot: Snapshot) -> SafeString | str:
        """Show when we asked."""
        return moments.moment(snapshot.asked_at)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_badge(self, snapshot: Snapshot) -> SafeString:
        """Show the status it tells."""
        return badges.of_status(snapshot.status, snapshot.entity_kind)

    @admin.display(description=gettext_lazy("changed"))
    def fields_changed(self, snapshot: Snapshot) -> str:
        """Name what differs from the one before."""
        return ", ".join(words.field_name(name) for name in snapshot.changed) or gettext(
            "first seen"
        )

    @admin.display(description=gettext_lazy("representation"))
    def contents(self, snapshot: Snapshot) -> SafeString:
        """Show the representation."""
        customer = personal.customer_of(snapshot.entity_kind, snapshot.entity_id)
        return personal.pretty(json.loads(snapshot.representation), customer)
