"""The pages of differences: what full comparisons found, and what was made of it."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts_app import sentences
from accounts_app.admin import moments, personal, story, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.models import Drift, EntityKind
from accounts_app.reconciliation.drifts import Outcome

OUTCOMES: dict[str, Any] = {
    "": gettext_lazy("not taken over"),
    Outcome.CREATED: gettext_lazy("taken over"),
    Outcome.UPDATED: gettext_lazy("taken over"),
    Outcome.UNCHANGED: gettext_lazy("no longer differed"),
    Outcome.STALE: gettext_lazy("older than what we hold"),
    Outcome.CONTRADICTED: gettext_lazy("what we hold was kept"),
    Outcome.KNOWN: gettext_lazy("known before; what we hold was kept"),
    Outcome.PARENTLESS: gettext_lazy("the provider does not show what it belongs to"),
}
NEVER_MIRRORED = ("", Outcome.PARENTLESS)


class ComparisonFilter(admin.SimpleListFilter):
    """Narrows the list to one comparison: the last one, or the one whose page led here."""

    title = gettext_lazy("comparison")
    parameter_name = "comparison"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the last one, and the one in the address."""
        chosen = request.GET.get(self.parameter_name, "")
        one = (
            [(chosen, gettext("number %(number)s") % {"number": chosen})]
            if words.is_number(chosen)
            else []
        )
        return [("last", gettext("the last one")), *one]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what the chosen one found."""
        chosen = self.value()
        if chosen == "last":
            last = Drift.objects.aggregate(last=Max("reconciliation"))["last"]
            return queryset.filter(reconciliation=last)
        if chosen is None:
            return queryset
        return queryset.filter(reconciliation=int(chosen) if words.is_number(chosen) else None)


class WebhookFilter(admin.SimpleListFilter):
    """Narrows the list by whether the provider's webhook ever came."""

    title = gettext_lazy("webhook")
    parameter_name = "webhook"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("came", gettext("came")), ("none", gettext("none came"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones; what the provider does not know any more announces nothing."""
        if self.value() == "none":
            return queryset.filter(event=None).exclude(what=Drift.What.MISSING_THERE)
        return queryset.exclude(event=None) if self.value() == "came" else queryset


class ResultFilter(admin.SimpleListFilter):
    """Narrows the list by what came of it, said as the list says it."""

    title = gettext_lazy("what came of it")
    parameter_name = "result"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every result once, however many outcomes are called that."""
        return [(sentences.say(said), said) for said in dict.fromkeys(OUTCOMES.values())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        if self.value() is None:
            return queryset
        outcomes = [
            outcome for outcome, said in OUTCOMES.items() if sentences.say(said) == self.value()
        ]
        return queryset.filter(outcome__in=outcomes)


@admin.register(Drift)
class DriftAdmin(ViewOnlyAdmin):
    """Lists and shows differences."""

    list_display = ("about", "sort", "changes", "happened", "webhook", "result", "comparison")
    list_display_links = ("sort",)
    list_filter = (
        ComparisonFilter,
        "entity_kind",
        "what",
        WebhookFilter,
        ResultFilter,
        "since",
    )
    # By the number itself: the comparison's own order, newest first, would turn this one round.
    ordering = ("-reconciliation_id", "id")
    looks_in_ids = ("entity_id",)
    search_help_text = gettext_lazy("Whole or part of the id of a customer, account or card")
    nothing = gettext_lazy("No full comparison has found a difference yet.")
    fieldsets = (
        (
            gettext_lazy("What differed"),
            {"fields": ("about", "sort", "changes", "happened", "webhook", "result")},
        ),
        (
            gettext_lazy("How it was found"),
            {"fields": ("comparison", "asked"), "classes": ("facts--short",)},
        ),
        (
            gettext_lazy("What the provider told"),
            {"fields": ("contents",), "classes": ("facts--one",)},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along what a line tells of, but not the events' bodies."""
        queryset = super().get_queryset(request).select_related("event", "reconciliation")
        return queryset.defer("event__body")

    def heading(self, row: Drift) -> str:
        """Call the difference by its entity."""
        told = {"kind": words.kind_name(row.entity_kind), "id": words.short_id(row.entity_id)}
        return gettext("Difference of %(kind)s %(id)s") % told

    @admin.display(description=gettext_lazy("about"), ordering="entity_id")
    def about(self, drift: Drift) -> SafeString | str:
        """Lead to the entity, unless it never came into the mirror."""
        return entity_of(drift)

    @admin.display(description=gettext_lazy("difference"), ordering="what")
    def sort(self, drift: Drift) -> str:
        """Say what sort of difference it is."""
        return drift.get_what_display()

    @admin.display(description=gettext_lazy("mirror → provider"))
    def changes(self, drift: Drift) -> SafeString | str:
        """Show each field on both sides."""
        return changes_of(drift)

    @admin.display(description=gettext_lazy("since"), ordering="since")
    def happened(self, drift: Drift) -> SafeString | str:
        """Show when the provider changed it, by its own clock."""
        return moments.moment(drift.since)

    @admin.display(description=gettext_lazy("webhook"))
    def webhook(self, drift: Drift) -> SafeString | str:
        """Say whether the provider's webhook ever came."""
        return webhook_of(drift)

    @admin.display(description=gettext_lazy("what came of it"), ordering="outcome")
    def result(self, drift: Drift) -> SafeString | str:
        """Say what was made of it."""
        return result_of(drift)

    @admin.display(description=gettext_lazy("comparison"), ordering="reconciliation_id")
    def comparison(self, drift: Drift) -> SafeString:
        """Lead to the comparison that found it."""
        found_by = drift.reconciliation
        return format_html(
            '<a href="{}">{}</a> {}',
            words.address_of(found_by),
            found_by.pk,
            moments.moment(found_by.started_at),
        )

    @admin.display(description=gettext_lazy("asked at"))
    def asked(self, drift: Drift) -> SafeString | str:
        """Show when the provider was asked."""
        return moments.moment(drift.asked_at)

    @admin.display(description=gettext_lazy("representation"))
    def contents(self, drift: Drift) -> SafeString | str:
        """Show the provider's answer word for word."""
        if not drift.representation:
            return words.NOTHING
        customer = personal.customer_of(drift.entity_kind, drift.entity_id)
        return personal.pretty(json.loads(drift.representation), customer)


def entity_of(drift: Drift) -> SafeString | str:
    """Lead to the entity, unless it never came into the mirror."""
    is_new = drift.what == Drift.What.MISSING_HERE
    shown: SafeString | str
    if is_new and drift.outcome in NEVER_MIRRORED:
        shown = format_html(
            "{} {}", words.kind_name(drift.entity_kind), words.short(drift.entity_id)
        )
    else:
        shown = words.entity_link(drift.entity_kind, drift.entity_id)
    return words.copyable(shown, drift.entity_id)


def changes_of(drift: Drift) -> SafeString | str:
    """Write each field that differs: the mirror's value, then the provider's."""
    if drift.what != Drift.What.DIFFERS:
        return words.NOTHING
    if not drift.changed:
        return gettext("only the time of the change")
    # In a list whose customer an account's difference is about is not known: it stays masked.
    customer = drift.entity_id if drift.entity_kind == EntityKind.CUSTOMER else None
    pairs = story.changes_of(drift.changed, customer)
    return format_html_join(
        SafeString("<br>"),
        '<span class="quiet">{}</span> {} → {}',
        ((change.name, change.before, change.after) for change in pairs),
    )


def webhook_of(drift: Drift) -> SafeString | str:
    """Say whether the provider's webhook about it ever came, and when."""
    if drift.event:
        return format_html(gettext("came {}"), moments.moment(drift.event.received_at))
    return words.NOTHING if drift.what == Drift.What.MISSING_THERE else gettext("none came")


def result_of(drift: Drift) -> SafeString | str:
    """Say what was made of it; what was kept leads to the entity's discrepancies."""
    said = str(OUTCOMES.get(drift.outcome, drift.outcome))
    if drift.outcome != Outcome.CONTRADICTED:
        return said
    address = reverse("admin:accounts_app_discrepancy_changelist")
    name = words.kind_name("discrepancy")
    return format_html('{}: <a href="{}?q={}">{}</a>', said, address, drift.entity_id, name)
