"""The pages of full comparisons: how each went, what it found, and the button that asks for one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from accounts_app.admin import acting, badges, banners, drifts, matters, moments, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.resolving import ResolveMixin
from accounts_app.models import Drift, EntityKind, Job, Reconciliation
from accounts_app.reconciliation import record
from accounts_app.services import comparisons, jobs

State = Reconciliation.State
RUN = "accounts_app.run_reconciliation"
SORTS = Drift.What.values
OPEN = (State.WAITING, State.RUNNING)
UNFINISHED = (*OPEN, State.FAILED)
# More are one click away, where they can be filtered.
SHOWN = 20


@admin.register(Reconciliation)
class ReconciliationAdmin(ResolveMixin, ViewOnlyAdmin):
    """Lists and shows full comparisons."""

    change_list_template = "admin/accounts_app/reconciliation/change_list.html"
    change_form_template = "admin/accounts_app/reconciliation/change_form.html"
    list_display = ("number", "state_badge", "differences", "started", "took", "cause", "who")
    list_display_links = ("number", "state_badge")
    list_filter = ("state", "trigger", "started_at")
    list_select_related = ("starter",)
    nothing = gettext_lazy("Each full comparison will be listed here, with what it found.")
    fieldsets = (
        (
            gettext_lazy("How it went"),
            {"fields": ("cause", "who", "started", "took"), "classes": ("facts--short",)},
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Put the button's address before the row's own page, which matches nearly anything."""
        view = self.admin_site.admin_view(require_POST(self.compare_view))
        name = "accounts_app_reconciliation_compare"
        return [path("compare/", view, name=name), *super().get_urls()]

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a comparison, which the worker makes, and lead to where its result appears."""
        if not (request.user.has_perm(RUN) and self.has_view_permission(request)):
            raise PermissionDenied
        asked, is_new = comparisons.ask(comparisons.Trigger.STAFF, person=acting.person(request))
        if is_new:
            sentence = gettext(
                "Asked for. The worker starts it within seconds; this page shows its result."
            )
            self.message_user(request, sentence, messages.SUCCESS)
        else:
            who = banners.name_of(asked.starter.get_username())
            sentence = gettext(
                "It is already due: %(who)s asked for it. This page shows its result."
            ) % {"who": who}
            self.message_user(request, sentence, messages.INFO)
        return redirect(words.address_of(asked))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the comparisons, and say how the last one ended and when the next one is due."""
        sweep = Job.objects.filter(name=jobs.SWEEP).first()
        context = {
            "may_compare": request.user.has_perm(RUN),
            "last": Reconciliation.objects.exclude(state__in=UNFINISHED).first(),
            "next_at": sweep.next_at if sweep else None,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def heading(self, row: Reconciliation) -> str:
        """Call the comparison by its number."""
        return gettext("Comparison %(number)s") % {"number": row.pk}

    def badge_of(self, row: Reconciliation) -> SafeString:
        """Return how it stands."""
        return badges.of_comparison(row)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add the numbers, the first differences, and what two people make of a held one."""
        found = row.drifts.select_related("event").defer("event__body", "representation")
        number = row.drifts.count()
        return {
            **matters.context_of(row),
            **matters.proposal_about(row),
            "is_open": row.state in OPEN,
            "known": record.known(row),
            "headings": [what.label for what in Drift.What],
            # The database does not keep the order of what is in a JSON object.
            "numbers": [
                _numbers(kind, row.counts[kind]) for kind in EntityKind if kind in row.counts
            ],
            "differences": [_told(drift) for drift in found[:SHOWN]],
            "number": number,
            "has_more": number > SHOWN,
            "all_address": _list_of_differences(row),
        }

    @admin.display(description=gettext_lazy("comparison"), ordering="pk")
    def number(self, row: Reconciliation) -> str:
        """Show its number."""
        return str(row.pk)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, row: Reconciliation) -> SafeString:
        """Show how it stands."""
        return badges.of_comparison(row)

    @admin.display(description=gettext_lazy("differences"))
    def differences(self, row: Reconciliation) -> str:
        """Show how many it found."""
        if not row.counts:
            return words.NOTHING
        return str(sum(counts[sort] for counts in row.counts.values() for sort in SORTS))

    @admin.display(description=gettext_lazy("started"), ordering="started_at")
    def started(self, row: Reconciliation) -> SafeString | str:
        """Show when it began, or when it was asked for."""
        return moments.moment(row.started_at)

    @admin.display(description=gettext_lazy("took"))
    def took(self, row: Reconciliation) -> str:
        """Show how long it took."""
        if row.ended_at is None:
            return words.NOTHING
        seconds = (row.ended_at - row.started_at).total_seconds()
        return f"{seconds:.0f} s" if seconds < 60 else timesince(row.started_at, row.ended_at)

    @admin.display(description=gettext_lazy("trigger"), ordering="trigger")
    def cause(self, row: Reconciliation) -> str:
        """Show what started it."""
        return row.get_trigger_display()

    @admin.display(description=gettext_lazy("started by"), ordering="starter__username")
    def who(self, row: Reconciliation) -> str:
        """Show who started it, or the programme."""
        return banners.name_of(row.starter.get_username())


def _numbers(kind: str, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "kind": capfirst(words.kind_name(f"{kind}s")),
        "mirrored": counts["mirrored"],
        "listed": counts["listed"],
        "found": [counts[sort] for sort in SORTS],
    }


def _told(drift: Drift) -> dict[str, Any]:
    return {
        "entity": drifts.entity_of(drift),
        "address": words.address_of(drift),
        "sort": drift.get_what_display(),
        "changes": drifts.changes_of(drift),
        "since": moments.moment(drift.since),
        "webhook": drifts.webhook_of(drift),
        "result": drifts.result_of(drift),
    }


def _list_of_differences(row: Reconciliation) -> str:
    address = reverse("admin:accounts_app_drift_changelist")
    return f"{address}?{urlencode({'comparison': row.pk})}"
