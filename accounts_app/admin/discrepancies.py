"""The pages of what contradicts what must not change."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts_app.admin import badges, matters, moments, words
from accounts_app.admin.resolving import ResolveMixin
from accounts_app.admin.snapshots import AboutEntityAdmin
from accounts_app.models import Discrepancy, Resolution


class OpenFilter(admin.SimpleListFilter):
    """Narrows the list to what is still so, or no longer."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("open", gettext("open")), ("resolved", gettext("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        if self.value() is None:
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


class FactFilter(admin.AllValuesFieldListFilter):
    """Narrows the list to one fact, called as the list calls it."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer the facts there are."""
        for choice in super().choices(changelist):
            yield {**choice, "display": words.field_name(str(choice["display"]))}


class TellerFilter(admin.ChoicesFieldListFilter):
    """Narrows the list by whose word it is, called as the column is."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.title = gettext("who said so")


@admin.register(Discrepancy)
class DiscrepancyAdmin(ResolveMixin, AboutEntityAdmin):
    """Lists and shows what contradicts what we hold, and leads to how it ends."""

    change_form_template = "admin/accounts_app/resolution/discrepancy_form.html"
    list_display = ("found", "about", "fact", "we_hold", "was_said", "said_by", "state_badge")
    list_display_links = ("found",)
    list_filter = (
        OpenFilter,
        "entity_kind",
        ("what", FactFilter),
        ("told_by", TellerFilter),
        "found_at",
    )
    nothing = gettext_lazy(
        "Nothing contradicts what must not change. What does will be listed here and wait for two "
        "people."
    )
    fieldsets = (
        (
            gettext_lazy("What differs"),
            {
                "fields": (
                    *("about", "fact", "we_hold", "was_said", "said_by", "event_link"),
                    *("found", "agreed", "resolved", "ended_as"),
                )
            },
        ),
    )

    def heading(self, row: Discrepancy) -> str:
        """Call the discrepancy by what it is about."""
        return gettext("Discrepancy %(number)s: %(what)s") % {
            "number": row.pk,
            "what": words.field_name(row.what),
        }

    def badge_of(self, row: Discrepancy) -> SafeString:
        """Return whether it is open."""
        return self.state_badge(row)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add it in sentences, and what two people make of it."""
        return {**matters.context_of(row), **matters.proposal_about(row)}

    @admin.display(description=gettext_lazy("what"), ordering="what")
    def fact(self, discrepancy: Discrepancy) -> str:
        """Name the fact that it is about."""
        return words.field_name(discrepancy.what)

    @admin.display(description=gettext_lazy("what we hold"), ordering="held")
    def we_hold(self, discrepancy: Discrepancy) -> str:
        """Show what the mirror goes on holding."""
        return discrepancy.held

    @admin.display(description=gettext_lazy("what was said instead"), ordering="told")
    def was_said(self, discrepancy: Discrepancy) -> str:
        """Show what contradicts it."""
        return discrepancy.told

    @admin.display(description=gettext_lazy("who said so"), ordering="told_by")
    def said_by(self, discrepancy: Discrepancy) -> str:
        """Show whose word it is."""
        return discrepancy.get_told_by_display()

    @admin.display(description=gettext_lazy("event"), ordering="event")
    def event_link(self, discrepancy: Discrepancy) -> SafeString | str:
        """Lead to the event that told it."""
        event = discrepancy.event
        if event is None:
            return words.NOTHING
        return format_html('<a href="{}">{}</a>', words.address_of(event), event)

    @admin.display(description=gettext_lazy("found"), ordering="found_at")
    def found(self, discrepancy: Discrepancy) -> SafeString | str:
        """Show when it was found."""
        return moments.moment(discrepancy.found_at)

    @admin.display(description=gettext_lazy("provider agrees again since"))
    def agreed(self, discrepancy: Discrepancy) -> SafeString | str:
        """Show since when the provider agrees with us again."""
        return moments.moment(discrepancy.agreed_at)

    @admin.display(description=gettext_lazy("ended"))
    def resolved(self, discrepancy: Discrepancy) -> SafeString | str:
        """Show when two people ended it."""
        return moments.moment(discrepancy.resolved_at)

    @admin.display(description=gettext_lazy("ended as"))
    def ended_as(self, discrepancy: Discrepancy) -> str:
        """Show what two people decided."""
        verdict = discrepancy.verdict
        return str(Resolution.Verdict(verdict).label) if verdict else words.NOTHING

    @admin.display(description=gettext_lazy("state"), ordering="resolved_at")
    def state_badge(self, discrepancy: Discrepancy) -> SafeString:
        """Show whether it is open."""
        return badges.of_discrepancy(discrepancy)
