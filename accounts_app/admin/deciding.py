"""The page on which a second person decides a request, and the maker's way to withdraw it."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app import work
from accounts_app.admin import (
    acting,
    affected,
    comparison,
    personal,
    refreshing,
    refusals,
    signed_out,
    stepping_up,
)
from accounts_app.admin.forms import DecideForm
from accounts_app.errors import AlreadyMoved, NotPermitted, Refusal, SameEyes
from accounts_app.models import Operation
from accounts_app.services import looking, operations
from accounts_app.services.catalogue import KINDS, Kind, Target
from accounts_app.services.transitions import asked_about

DECIDE = "accounts_app.decide_operation"
OPERATION_PAGE = "admin:accounts_app_operation_change"


class DecideMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the decide page and the withdrawal to the operations' admin."""

    def get_urls(self) -> list[URLPattern]:
        """Put them before the operation's own page, which matches nearly anything."""
        decide = signed_out.keeping(self.admin_site, self.decide_view)
        cancel = self.admin_site.admin_view(self.cancel_view)
        look = self.admin_site.admin_view(self.look_view)
        number = "<int:operation_id>"
        return [
            path(f"{number}/decide/", decide, name="accounts_app_operation_decide"),
            path(f"{number}/cancel/", cancel, name="accounts_app_operation_cancel"),
            path(f"{number}/look/", look, name="accounts_app_operation_look"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def decide_view(self, request: HttpRequest, operation_id: int) -> HttpResponse:
        """Show everything the decision rests on (GET), or take it (POST)."""
        refusals.unless_seen(self, request)
        operation = get_object_or_404(_operations(), pk=operation_id)
        is_theirs = operations.is_own(operation, acting.person(request))
        if not (is_theirs or request.user.has_perm(DECIDE)):
            words = _("You may not approve or reject requests.")
            return refusals.page(self.admin_site, request, words, target=operation)
        if KINDS[operation.kind].is_irreversible:
            stepping_up.demand(request)
        if request.method == "POST":
            return self._decide(request, operation)
        if operation.state != Operation.State.REQUESTED:
            messages.info(
                request, _("There is nothing to decide: %(state)s.") % {"state": _state(operation)}
            )
            return redirect(OPERATION_PAGE, operation.pk)
        target = asked_about(operation)
        look = looking.at(target) if target and KINDS[operation.kind].build else None
        return self._page(request, operation, DecideForm(), look=look)

    def _decide(self, request: HttpRequest, operation: Operation) -> HttpResponse:
        form = DecideForm(request.POST)
        if not form.is_valid():
            return self._page(request, operation, form)
        try:
            _apply(form, operation, request)
        except (NotPermitted, SameEyes) as refusal:
            return refusals.page(self.admin_site, request, refusal.told, target=operation)
        except AlreadyMoved as refusal:
            messages.error(request, refusal.told)
        except Refusal as refusal:
            form.refuse(refusal)
            return self._page(request, operation, form)
        return redirect(OPERATION_PAGE, operation.pk)

    def _page(
        self,
        request: HttpRequest,
        operation: Operation,
        form: DecideForm,
        look: looking.Look | None = None,
    ) -> HttpResponse:
        kind = KINDS[operation.kind]
        target = asked_about(operation)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Decide operation %(number)s: %(what)s")
            % {"number": operation.pk, "what": str(kind.label).lower()},
            "operation": operation,
            "kind": kind,
            "target": target,
            "form": form,
            "is_theirs": operations.is_own(operation, acting.person(request)),
            "rows": comparison.of(operation),
            **_so_now(kind, operation, target),
            "look": look,
            "body": personal.body_of(operation),
        }
        return TemplateResponse(request, "admin/accounts_app/decide.html", context)

    @method_decorator(require_POST)
    def cancel_view(self, request: HttpRequest, operation_id: int) -> HttpResponse:
        """Withdraw one's own request."""
        refusals.unless_seen(self, request)
        operation = get_object_or_404(Operation, pk=operation_id)
        try:
            operations.cancel(operation.pk, maker=acting.person(request))
        except NotPermitted as refusal:
            return refusals.page(self.admin_site, request, refusal.told, target=operation)
        except Refusal as refusal:
            messages.error(request, refusal.told)
        return redirect(OPERATION_PAGE, operation.pk)

    @method_decorator(require_POST)
    def look_view(self, request: HttpRequest, operation_id: int) -> HttpResponse:
        """Read the operation's target anew from the provider, for the person about to decide."""
        refreshing.refuse_unless_may(request)
        operation = get_object_or_404(_operations(), pk=operation_id)
        target = asked_about(operation)
        if target is None:
            raise Http404
        told = refreshing.refreshed(target, acting.person(request))
        messages.add_message(request, told.level, told.sentence)
        return redirect("admin:accounts_app_operation_decide", operation.pk)


def _so_now(kind: Kind, operation: Operation, target: Target | None) -> dict[str, Any]:
    """Return whether the target still allows it, and why it is as it is."""
    if target is None:
        return {"may_start": True}
    return {
        "is_updated": operation.seen.get("revision") != target.revision,
        "may_start": kind.may_start(target),
        "cause": comparison.words_for(target),
        "affected": affected.by(kind, target),
        "authorisations": affected.payments_of(kind, target),
    }


def _apply(form: DecideForm, operation: Operation, request: HttpRequest) -> None:
    """Take the decision; an approved request is sent right away."""
    note, checker = form.cleaned_data["note"], acting.person(request)
    if form.cleaned_data["decision"] == "reject":
        operations.reject(operation.pk, checker=checker, note=note)
        return
    digest = form.cleaned_data["digest"]
    operations.approve(operation.pk, checker=checker, digest=digest, note=note)
    work.wake(operation.pk)


def _operations() -> Any:
    return Operation.objects.select_related(
        *("account__customer", "card__account", "customer", "maker", "checker"),
        "batch_item__batch",
    )


def _state(operation: Operation) -> str:
    words = operation.get_state_display()
    return words[:1].lower() + words[1:]
