"""The operations: their list, and the page that follows one until it has ended."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import ChoicesFieldListFilter
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts_app.admin import (
    acting,
    badges,
    besides,
    buttons,
    comparison,
    matters,
    moments,
    personal,
    progress,
    signing,
    words,
)
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.deciding import DECIDE, DecideMixin
from accounts_app.admin.resolving import ResolveMixin
from accounts_app.admin.values import MakersFilter
from accounts_app.models import Operation
from accounts_app.services import challenges, operations
from accounts_app.services.catalogue import KINDS
from accounts_app.services.transitions import asked_about

PAGE = "admin/accounts_app/operation/change_form.html"
MOVING_PART = "admin/accounts_app/operation/progress.html"
State = Operation.State
FAILED = _("Refused, or ended without a challenge")
ASK_ANEW = frozenset({State.FAILED, State.NOT_APPLIED, State.EXPIRED, State.STALE})


class StateFilter(ChoicesFieldListFilter):
    """Narrows the list to one state; what has failed was refused, or fetched nothing."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer the states."""
        for choice in super().choices(changelist):
            is_failed = choice["display"] == State.FAILED.label
            yield {**choice, "display": FAILED} if is_failed else choice


class KindFilter(admin.SimpleListFilter):
    """Narrows the list to one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the kinds by their labels."""
        return [(kind.name, str(kind.label)) for kind in KINDS.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class WaitsFilter(admin.SimpleListFilter):
    """Narrows the list to the requests that the person themselves can decide."""

    title = _("waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the one choice, to those who decide at all."""
        return [("me", str(_("for my decision")))] if request.user.has_perm(DECIDE) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what others have asked for and nobody has decided, the oldest of it first."""
        if self.value() != "me":
            return queryset
        return operations.to_decide(queryset, acting.person(request))


@admin.register(Operation)
class OperationAdmin(DecideMixin, ResolveMixin, ViewOnlyAdmin):
    """What staff asked the provider to do; nothing here can be edited."""

    list_display = ("name", "state_badge", "target", "external_id", "maker", "asked", "why")
    list_filter = (("state", StateFilter), WaitsFilter, KindFilter, ("maker", MakersFilter))
    list_select_related = ("customer", "account", "card", "maker")
    # No index gives the order by what an operation may lack, nor by who made many of them.
    sortable_by = ("name", "state_badge", "asked")
    search_help_text = _("Number of the operation, id of customer, account or card, or external id")
    nothing = _("Nothing was asked for yet. Ask on the page of an account or a customer.")
    looks_in = ("customer__external_id",)
    looks_in_ids = ("account_id", "customer_id", "card_id")

    def get_urls(self) -> list[URLPattern]:
        """Put the progress endpoint before the page, which matches nearly anything."""
        view = self.admin_site.admin_view(self.progress_view)
        name = "accounts_app_operation_progress"
        return [path("<int:operation_id>/progress/", view, name=name), *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by number, by the id of account or customer, or by the customer's external id."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if words.is_number(search_term.strip()):
            found = queryset.filter(Q(pk=int(search_term)) | Q(pk__in=found.values("pk")))
        return found, has_duplicates

    @method_decorator(require_safe)
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how the operation stands; the page moves by itself while it is open."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = int(object_id) if words.is_number(object_id) else None
        operation = get_object_or_404(_operations(), pk=number)
        context = {
            **self.admin_site.each_context(request),
            **_story(operation, request.user),
            **_rights(operation, request.user),
            "opts": self.opts,
            "title": words.operation_name(operation),
        }
        return TemplateResponse(request, PAGE, context)

    def progress_view(self, request: HttpRequest, operation_id: int) -> JsonResponse:
        """Return where the operation stands, and the part of its page that moves."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        operation = get_object_or_404(_operations(), pk=operation_id)
        answer = {
            "state": operation.state,
            "label": words.state_of(operation),
            "ended": not operation.is_open,
            "html": render_to_string(MOVING_PART, _story(operation, request.user), request),
        }
        return JsonResponse(answer)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Lead straight to the decision from the queue of those who decide."""
        is_queue = request.GET.get("waits") == "me"
        columns: tuple[str, ...] = self.list_display
        if not (is_queue and request.user.has_perm(DECIDE)):
            return columns
        # Beside the name: on a phone what comes later is out of sight.
        return (columns[0], "decision", *columns[1:])

    @admin.display(description=_("decision"))
    def decision(self, operation: Operation) -> SafeString:
        """Lead to the page on which it is decided."""
        address = reverse("admin:accounts_app_operation_decide", args=[operation.pk])
        return format_html('<a class="button" href="{}">{}</a>', address, _("Decide"))

    @admin.display(description=_("operation"), ordering="pk")
    def name(self, operation: Operation) -> str:
        """Write the kind and the number."""
        return words.operation_name(operation)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, operation: Operation) -> SafeString:
        """Draw where it stands."""
        return badges.of_operation(operation)

    @admin.display(description=_("about"))
    def target(self, operation: Operation) -> SafeString | str:
        """Link to the customer, account or card it is about."""
        row = asked_about(operation)
        if row is None:
            return words.NOTHING
        shown = format_html("{} {}", row.KIND.label, words.link_to(row))
        return words.copyable(shown, row.pk)

    @admin.display(description=_("external id"))
    def external_id(self, operation: Operation) -> str:
        """Write the customer's id in the programme's own books."""
        return personal.external_id_of(operation)

    @admin.display(description=_("asked"), ordering="pk")
    def asked(self, operation: Operation) -> SafeString | str:
        """Write when it was asked for."""
        return moments.moment(operation.requested_at)

    @admin.display(description=_("reason"))
    def why(self, operation: Operation) -> SafeString | str:
        """Write the beginning of the reason."""
        return words.clipped(personal.raw(operation.reason, operation.customer_id))


def _operations() -> QuerySet[Any]:
    return Operation.objects.select_related(
        "account__customer",
        "card__account",
        "customer",
        "maker",
        "checker",
        "earlier",
        "batch_item__batch",
    )


def _rights(operation: Operation, person: Any) -> dict[str, bool]:
    """Return what the person may do with the operation while it waits for a decision."""
    waits = operation.state == State.REQUESTED
    is_theirs = operations.is_own(operation, person)
    return {
        "may_decide": waits and not is_theirs and person.has_perm(DECIDE),
        "may_withdraw": waits and is_theirs,
    }


def _story(operation: Operation, person: Any) -> dict[str, Any]:
    """Return what the moving part of the page tells."""
    kind = KINDS[operation.kind]
    target, subject = asked_about(operation), challenges.subject_of(operation)
    return {
        **matters.proposal_about(operation),
        "operation": operation,
        "kind": kind,
        "target": target,
        "made": getattr(operation, kind.makes.model.KIND) if kind.makes else None,
        "ask_address": buttons.ask_address(kind, target),
        "progress": progress.of(operation),
        "attempts": list(operation.attempts.all()),
        "rows": comparison.of(operation),
        "besides": besides.of(operation),
        "repeated_by": Operation.objects.filter(earlier=operation).first(),
        "to_sign": signing.about(subject, person) if subject else {},
        "may_ask_anew": operation.state in ASK_ANEW and person.has_perm(kind.permission),
    }
