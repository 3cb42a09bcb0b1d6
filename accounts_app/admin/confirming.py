"""The page on which a second person decides a proposal, and the proposer's way to withdraw it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.admin import (
    acting,
    matters,
    refreshing,
    refusals,
    resolving,
    signed_out,
    stepping_up,
    words,
)
from accounts_app.admin.resolution_forms import ConfirmForm
from accounts_app.errors import AlreadyMoved, NotPermitted, Refusal, SameEyes
from accounts_app.models import Operation, Resolution
from accounts_app.services import resolutions

PAGE = "admin/accounts_app/resolution/decide.html"


class ConfirmMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the decide page and the withdrawal to the resolutions' admin."""

    def get_urls(self) -> list[URLPattern]:
        """Put them before the resolution's own page, which matches nearly anything."""
        views = {"decide": self.decide_view, "withdraw": self.withdraw_view, "look": self.look_view}
        number = "<int:resolution_id>"
        own = [
            path(
                f"{number}/{name}/",
                signed_out.keeping(self.admin_site, view),
                name=f"accounts_app_resolution_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def decide_view(self, request: HttpRequest, resolution_id: int) -> HttpResponse:
        """Show everything the decision rests on (GET), or take it (POST)."""
        refusals.unless_seen(self, request)
        resolution = _found(resolution_id)
        is_own = resolutions.is_own(resolution, acting.person(request))
        if not (is_own or request.user.has_perm(resolutions.CONFIRM)):
            sentence = _("You may not confirm or reject proposals.")
            return refusals.page(self.admin_site, request, sentence, target=resolution)
        stepping_up.demand(request)
        if request.method == "POST":
            return self._decide(request, resolution)
        if resolution.state != Resolution.State.PROPOSED:
            state = resolution.get_state_display().lower()
            messages.info(request, _("There is nothing to decide: %(state)s.") % {"state": state})
            return redirect(words.address_of(resolution))
        return self._page(request, resolution, ConfirmForm())

    def _decide(self, request: HttpRequest, resolution: Resolution) -> HttpResponse:
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self._page(request, resolution, form)
        try:
            sentence = _apply(form, resolution, request)
        except (NotPermitted, SameEyes) as refusal:
            return refusals.page(self.admin_site, request, refusal.told, target=resolution)
        except AlreadyMoved as refusal:
            messages.error(request, refusal.told)
            return redirect(words.address_of(resolution))
        except Refusal as refusal:
            form.refuse(refusal)
            # Reading the provider may have changed what the page tells.
            return self._page(request, _found(resolution.pk), form)
        messages.success(request, sentence)
        return redirect(words.address_of(resolution.subject))

    def _page(
        self, request: HttpRequest, resolution: Resolution, form: ConfirmForm
    ) -> HttpResponse:
        subject, person = resolution.subject, acting.person(request)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            **matters.context_of(subject),
            "opts": self.opts,
            "title": _("Decide how it ends: %(what)s") % {"what": matters.name_of(subject)},
            "resolution": resolution,
            "look_address": _look_address(resolution),
            "label": matters.label_of(resolution.verdict, subject),
            "meaning": matters.meaning_of(resolution.verdict, subject),
            "picked": matters.picked(resolution),
            "form": form,
            "is_own": resolutions.is_own(resolution, person),
            "is_stale": resolutions.digest_of(resolution, subject) != resolution.digest,
        }
        return TemplateResponse(request, PAGE, context)

    @method_decorator(require_POST)
    def withdraw_view(self, request: HttpRequest, resolution_id: int) -> HttpResponse:
        """Take one's own proposal back."""
        refusals.unless_seen(self, request)
        resolution = _found(resolution_id)
        try:
            resolutions.withdraw(resolution.pk, proposer=acting.person(request))
        except NotPermitted as refusal:
            return refusals.page(self.admin_site, request, refusal.told, target=resolution)
        except Refusal as refusal:
            messages.error(request, refusal.told)
        return redirect(words.address_of(resolution))

    @method_decorator(require_POST)
    def look_view(self, request: HttpRequest, resolution_id: int) -> HttpResponse:
        """Read from the provider anew what the proposal is about."""
        refreshing.refuse_unless_may(request)
        resolution = _found(resolution_id)
        told = resolving.look(resolution.subject, acting.person(request))
        messages.add_message(request, told.level, told.sentence)
        return redirect("admin:accounts_app_resolution_decide", resolution.pk)


def _found(resolution_id: int) -> Resolution:
    found: Resolution = get_object_or_404(rows(), pk=resolution_id)
    return found


def _look_address(resolution: Resolution) -> str:
    """Return where the page's fresh look is asked for; empty when there is nothing to read."""
    can_look = matters.looked_at(resolution.subject) is not None
    return words.address_of(resolution, "look") if can_look else ""


def rows() -> Any:
    """Return the resolutions with what they are about and whose they are."""
    return Resolution.objects.select_related(
        *("operation__account", "operation__customer", "discrepancy", "reconciliation"),
        *("proposer", "decider"),
    )


def _apply(form: ConfirmForm, resolution: Resolution, request: HttpRequest) -> str:
    """Take the decision; return what is said about it."""
    note, decider = form.cleaned_data["note"], acting.person(request)
    if form.cleaned_data["decision"] == "reject":
        resolutions.reject(resolution.pk, decider=decider, note=note)
        return _("Rejected: it still waits for two people.")
    digest = form.cleaned_data["digest"]
    resolutions.confirm(resolution.pk, decider=decider, digest=digest, note=note)
    if resolution.reconciliation_id:
        return _("Confirmed: the worker carries it out within seconds.")
    is_operation = isinstance(resolution.subject, Operation)
    if is_operation:
        return _("Confirmed: the operation has ended.")
    return _("Confirmed: the discrepancy has ended.")
