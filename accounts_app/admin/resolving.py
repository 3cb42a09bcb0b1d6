"""The page on which a person proposes how something ends that no machine can end."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app import sentences
from accounts_app.admin import (
    acting,
    matters,
    refreshing,
    refusals,
    signed_out,
    stepping_up,
    words,
)
from accounts_app.admin.refreshing import Told
from accounts_app.admin.resolution_forms import ProposeForm
from accounts_app.errors import AlreadyMoved, NotPermitted, Refusal, StaleView
from accounts_app.models import Operation
from accounts_app.services import proof, proposing, resolutions, subjects
from accounts_app.services.subjects import Subject

PAGE = "admin/accounts_app/resolution/resolve.html"


class ResolveMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the page that proposes an end, and its fresh look, to what two people end."""

    def get_urls(self) -> list[URLPattern]:
        """Put them before the row's own page, which matches nearly anything."""
        resolve = signed_out.keeping(self.admin_site, self.resolve_view)
        look = self.admin_site.admin_view(self.resolve_look_view)
        name = f"accounts_app_{self.opts.model_name}_resolve"
        return [
            path("<int:subject_id>/resolve/", resolve, name=name),
            path("<int:subject_id>/resolve/look/", look, name=f"{name}_look"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def resolve_view(self, request: HttpRequest, subject_id: int) -> HttpResponse:
        """Show what happened and what is so now (GET), or propose an end (POST)."""
        refusals.unless_seen(self, request)
        subject = get_object_or_404(self.get_queryset(request), pk=subject_id)
        if not request.user.has_perm(resolutions.PROPOSE):
            sentence = _("You may not propose how this ends.")
            return refusals.page(self.admin_site, request, sentence, target=subject)
        stepping_up.demand(request)
        if request.method == "POST":
            return self._propose(request, subject)
        waiting = proposing.open_one(subject)
        if waiting:
            is_own = resolutions.is_own(waiting, acting.person(request))
            sentence = (
                _("You have proposed how it ends.")
                if is_own
                else _("%(person)s has proposed how it ends.")
                % {"person": waiting.proposer.get_username()}
            )
            messages.info(request, sentence)
            return redirect("admin:accounts_app_resolution_decide", waiting.pk)
        if not subjects.verdicts_for(subject):
            messages.info(
                request,
                _("%(what)s does not wait for people.") % {"what": matters.name_of(subject)},
            )
            return redirect(words.address_of(subject))
        return self._resolve_page(request, subject, ProposeForm(subject))

    def _propose(self, request: HttpRequest, subject: Subject) -> HttpResponse:
        form = ProposeForm(subject, request.POST)
        if not subjects.verdicts_for(subject):
            messages.error(
                request,
                _("%(what)s does not wait for people any more.")
                % {"what": matters.name_of(subject)},
            )
            return redirect(words.address_of(subject))
        if not form.is_valid():
            return self._resolve_page(request, subject, form)
        try:
            made = resolutions.propose(subject, proposer=acting.person(request), **form.entries())
        except NotPermitted as refusal:
            return refusals.page(self.admin_site, request, refusal.told, target=subject)
        except AlreadyMoved as refusal:
            messages.error(request, refusal.told)
            return redirect(words.address_of(refusal.details.get("resolution", subject)))
        except Refusal as refusal:
            form.refuse(refusal)
            if isinstance(refusal, StaleView):
                form.renew()
            return self._resolve_page(request, subject, form)
        return redirect(words.address_of(made))

    def _resolve_page(
        self, request: HttpRequest, subject: Subject, form: ProposeForm
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **matters.context_of(subject),
            "look_address": f"{request.path}look/" if matters.looked_at(subject) else "",
            "opts": self.opts,
            "title": _("How it ends: %(what)s") % {"what": matters.name_of(subject)},
            "form": form,
        }
        return TemplateResponse(request, PAGE, context)

    @method_decorator(require_POST)
    def resolve_look_view(self, request: HttpRequest, subject_id: int) -> HttpResponse:
        """Read from the provider anew, for the person about to propose or to decide."""
        refreshing.refuse_unless_may(request)
        subject = get_object_or_404(self.get_queryset(request), pk=subject_id)
        told = look(subject, acting.person(request))
        messages.add_message(request, told.level, told.sentence)
        return redirect(f"admin:accounts_app_{self.opts.model_name}_resolve", subject.pk)


def look(subject: Subject, person: User) -> Told:
    """Read what the subject is about anew and say what came of it."""
    row: Any = matters.looked_at(subject)
    if row is None:
        raise Http404
    if not isinstance(subject, Operation):
        return refreshing.refreshed(row, person)
    try:
        found = proof.look_again(subject, person=person).words
        sentence = _("The provider was read just now: %(found)s") % {"found": sentences.told(found)}
        return Told(messages.SUCCESS, sentence)
    except Refusal as refusal:
        return Told(messages.ERROR, refusal.told)
