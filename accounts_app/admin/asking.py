"""The page that asks for an operation: what will happen, to what, and why it is wanted."""

import uuid
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts_app import work
from accounts_app.admin import (
    acting,
    affected,
    buttons,
    refusals,
    signed_out,
    signing,
    stepping_up,
    story,
    words,
)
from accounts_app.admin.forms import AskForm
from accounts_app.errors import Contradicted, NotPermitted, Refusal, StaleView, WrongState
from accounts_app.models import Card, Discrepancy, Operation
from accounts_app.services import asking, challenges, lanes, limits, looking, operations
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS, Kind, Target


class AskMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the ask pages, one per kind of operation, to a mirrored model's admin."""

    def get_urls(self) -> list[URLPattern]:
        """Put the ask pages before the model's own pages, which match nearly anything."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_ask"
        view = signed_out.keeping(self.admin_site, self.ask_view)
        return [
            path("<uuid:target_id>/ask/<str:kind_name>/", view, name=name),
            path("ask/<str:kind_name>/", view, name=f"{name}_new"),
            *super().get_urls(),
        ]

    def has_deactivate_permission(self, request: HttpRequest) -> bool:
        """Whether the list offers to deactivate what is selected."""
        return request.user.has_perm(KINDS["deactivate"].permission)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def ask_view(
        self, request: HttpRequest, kind_name: str, target_id: uuid.UUID | None = None
    ) -> HttpResponse:
        """Show what would happen (GET), or ask for it (POST)."""
        refusals.unless_seen(self, request)
        kind = KINDS.get(kind_name)
        if kind is None or kind.target is not self.model or kind.begins is not (target_id is None):
            raise Http404
        target = get_object_or_404(kind.target, pk=target_id) if target_id else None
        if not request.user.has_perm(kind.permission):
            sentence = _("You may not ask for this: %(what)s.")
            return self._no(request, sentence % {"what": str(kind.label).lower()}, target)
        if kind.is_irreversible:
            stepping_up.demand(request)
        if request.method == "POST":
            return self._ask(request, kind, target)
        look = looking.at(target) if target and kind.build else None
        form = AskForm(kind, target)
        return self._page(request, kind, target, form, obstacle(kind, target), look=look)

    def _no(self, request: HttpRequest, sentence: str, target: Target | None) -> HttpResponse:
        """Say that it is not theirs to ask for."""
        if target is None:
            return refusals.list_page(self.admin_site, request, sentence, model=self.model)
        return refusals.page(self.admin_site, request, sentence, target=target)

    def _ask(self, request: HttpRequest, kind: Kind, target: Target | None) -> HttpResponse:
        form = AskForm(kind, target, request.POST)
        if not form.is_valid():
            return self._page(request, kind, target, form)
        try:
            operation = operations.request(form.asked(), maker=acting.person(request))
        except NotPermitted as refusal:
            return self._no(request, refusal.told, target)
        except Refusal as refusal:
            return self._refused(request, kind, form, refusal)
        if operation.state == Operation.State.APPROVED:
            work.wake(operation.pk)
        return redirect("admin:accounts_app_operation_change", operation.pk)

    def _refused(
        self, request: HttpRequest, kind: Kind, form: AskForm, refusal: Refusal
    ) -> HttpResponse:
        """Show the same page with the same entries, and what stands in the way."""
        target = form.target
        if target:
            target.refresh_from_db()
        form.refuse(refusal)
        if isinstance(refusal, StaleView):
            form.renew()
        return self._page(request, kind, target, form, refusal, **_differences(target, refusal))

    def _page(
        self,
        request: HttpRequest,
        kind: Kind,
        target: Target | None,
        form: AskForm,
        refusal: Refusal | None = None,
        **more: Any,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _called(kind, target),
            "kind": kind,
            "target": target,
            "form": form,
            "refusal": refusal,
            "contradictions": _contradictions(target, refusal),
            "can_be_asked": refusal is None or form.is_bound,
            "back": words.address_of(target) if target else reverse(self._list_name()),
            "needs_checker": limits.needs_checker(kind, acting.person(request)),
            **(_about(kind, target, request.user) if target else {}),
            **more,
        }
        return TemplateResponse(request, "admin/accounts_app/ask.html", context)

    def _list_name(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"


def _called(kind: Kind, target: Target | None) -> str:
    """Return what the page is called: the kind, and what it is asked for."""
    if target is None:
        return str(kind.label)
    return words.joined(kind.label, f"{words.kind_name(target.KIND)} {words.short_id(target.pk)}")


def obstacle(kind: Kind, target: Target | None) -> Refusal | None:
    """Return what stands in the way of asking now, whatever would be entered; None if nothing."""
    if target is None:
        return None
    probe = Asked(
        kind=kind.name,
        target_id=target.pk,
        reason="whatever",
        form_number=uuid.uuid4(),
        revision=target.revision,
        confirmation=str(target.pk),
    )
    try:
        asking.refuse_unless_possible(kind, target, probe)
    except Refusal as refusal:
        return refusal
    if kind.signs and not isinstance(target, Card) and challenges.current(target) is None:
        return WrongState(_("There is no challenge to sign. Fetch a new one first."))
    return None


def _about(kind: Kind, target: Target, person: Any) -> dict[str, Any]:
    """Return what the page tells of the target, and of what goes with it."""
    owner = {"customer": lanes.customer_of(target)}
    told = {**owner, **_affected(kind, target)}
    if kind.own_lane != "challenge" or isinstance(target, Card):
        return told
    return {**told, **signing.waiting(target, person)}


def _affected(kind: Kind, target: Target) -> dict[str, Any]:
    """Return what goes with the target, and what has to be known of it before this is asked for."""
    return {
        "affected": affected.by(kind, target),
        "why_so": affected.why_so(target) if kind.proves == {"active"} else "",
        "authorisations": affected.payments_of(kind, target),
    }


def _contradictions(target: Target | None, refusal: Refusal | None) -> list[Discrepancy]:
    """Return the discrepancies that people have to end first, if those stand in the way."""
    is_why = target and isinstance(refusal, Contradicted)
    return buttons.open_discrepancies(target) if target and is_why else []


def _differences(target: Target | None, refusal: Refusal) -> dict[str, Any]:
    """Return the status the page had shown, and what else is no longer as it was then."""
    changed = refusal.details.get("changes")
    if changed is None or target is None:
        return {}
    status, _ = changed.pop("status", (target.status, ""))
    return {
        "status_seen": status,
        "changes": story.changes_of(changed, lanes.customer_of(target).pk),
    }
