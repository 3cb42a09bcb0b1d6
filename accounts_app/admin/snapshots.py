"""The pages of what the provider told us, and of where it contradicted itself."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts_app.admin import badges, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.models import Discrepancy, Snapshot


class AboutEntityAdmin(ViewOnlyAdmin):
    """What pages about one mirrored row share."""

    looks_in_ids = ("entity_id",)
    search_help_text = "Whole or part of the id of a customer, account or card"

    @admin.display(description="about", ordering="entity_id")
    def about(self, row: Snapshot | Discrepancy) -> SafeString | str:
        """Lead to what it is about."""
        return words.entity_link(row.entity_kind, row.entity_id)


@admin.register(Snapshot)
class SnapshotAdmin(AboutEntityAdmin):
    """Lists and shows the provider's representations, word for word."""

    list_display = ("asked", "about", "status_badge", "source", "fields_changed")
    list_display_links = ("asked",)
    list_filter = ("entity_kind", "source", "status", "asked_at")
    fieldsets = (
        (
            "What was seen",
            {"fields": ("about", "status_badge", "asked", "source", "operation", "fields_changed")},
        ),
        ("Word for word", {"fields": ("contents", "digest"), "classes": ("facts--one",)}),
    )

    def heading(self, row: Snapshot) -> str:
        """Call the snapshot by its number."""
        return f"Snapshot {row.pk}"

    def badge_of(self, row: Snapshot) -> SafeString:
        """Return the status it tells."""
        return badges.of_status(row.status)

    @admin.display(description="asked at", ordering="asked_at")
    def asked(self, snapshot: Snapshot) -> SafeString | str:
        """Show when we asked."""
        return words.moment(snapshot.asked_at)

    @admin.display(description="status", ordering="status")
    def status_badge(self, snapshot: Snapshot) -> SafeString:
        """Show the status it tells."""
        return badges.of_status(snapshot.status)

    @admin.display(description="changed")
    def fields_changed(self, snapshot: Snapshot) -> str:
        """Name what differs from the one before."""
        return ", ".join(words.field_name(name) for name in snapshot.changed) or "first seen"

    @admin.display(description="representation")
    def contents(self, snapshot: Snapshot) -> SafeString:
        """Show the representation."""
        return words.pretty(json.loads(snapshot.representation))


class OpenFilter(admin.SimpleListFilter):
    """Narrows the list to what is still so, or no longer."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("open", "open"), ("resolved", "cleared up")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        if self.value() is None:
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(Discrepancy)
class DiscrepancyAdmin(AboutEntityAdmin):
    """Lists and shows what the provider contradicted itself about."""

    list_display = ("found", "about", "what", "held", "told", "state_badge")
    list_display_links = ("found",)
    list_filter = (OpenFilter, "entity_kind", "what", "found_at")
    fieldsets = (
        (
            "What differs",
            {"fields": ("about", "what", "held", "told", "found", "resolved")},
        ),
    )

    def heading(self, row: Discrepancy) -> str:
        """Call the discrepancy by what it is about."""
        return f"Discrepancy {row.pk}: {row.what}"

    def badge_of(self, row: Discrepancy) -> SafeString:
        """Return whether it is open."""
        return self.state_badge(row)

    @admin.display(description="found", ordering="found_at")
    def found(self, discrepancy: Discrepancy) -> SafeString | str:
        """Show when it was found."""
        return words.moment(discrepancy.found_at)

    @admin.display(description="cleared up")
    def resolved(self, discrepancy: Discrepancy) -> SafeString | str:
        """Show when it was cleared up."""
        return words.moment(discrepancy.resolved_at)

    @admin.display(description="state", ordering="resolved_at")
    def state_badge(self, discrepancy: Discrepancy) -> SafeString:
        """Show whether it is open."""
        if discrepancy.resolved_at:
            return badges.badge("cleared up", "ended")
        return badges.badge("open", "attention")
