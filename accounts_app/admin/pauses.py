"""The pauses of sending: their list, and the two pages on which people pause and let go on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts_app import people
from accounts_app.admin import acting, moments, refusals, signed_out
from accounts_app.admin.banners import PAUSES, name_of
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.forms import REASON_LENGTH, PlainForm
from accounts_app.audit import Fault
from accounts_app.errors import AlreadyMoved, Refusal
from accounts_app.models import Pause
from accounts_app.services import chain, pausing

PAUSE = "accounts_app.pause_sending"
RESUME = "accounts_app.resume_sending"
TITLES = {"pause": gettext_lazy("Pause sending"), "resume": gettext_lazy("Let sending go on")}


class ReasonForm(PlainForm):
    """Why sending stops, or goes on."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept for good. All staff can read it."),
        error_messages={"required": gettext_lazy("Say why: the reason is kept for good.")},
    )


class ResumeForm(ReasonForm):
    """Why sending goes on; and, once a fault of the audit chain was told, whether in spite of it.

    `fault` is the one that the page tells, and that alone is acknowledged.
    """

    fault = forms.CharField(widget=forms.HiddenInput, required=False)
    acknowledged = forms.BooleanField(required=False)

    def refuse(self, refusal: Refusal) -> None:
        """Put the refusal on top, and the fault that could be acknowledged into the page."""
        super().refuse(refusal)
        fault = refusal.details.get("fault")
        told = {"fault": chain.named(fault) if fault else ""}
        # What was ticked was said about another fault.
        self.data = {name: self.data[name] for name in self.data if name != "acknowledged"} | told

    def in_spite_of(self) -> Fault | None:
        """Return the fault that the person acknowledges, if they do."""
        is_ticked = self.cleaned_data["acknowledged"]
        return chain.fault_named(self.cleaned_data["fault"]) if is_ticked else None


@admin.register(Pause)
class PauseAdmin(ViewOnlyAdmin):
    """Lists and shows pauses, and leads to pausing and resuming."""

    change_list_template = "admin/accounts_app/pause/change_list.html"
    list_display = ("started", "cause", "reason", "who", "ended", "ended_by", "end_reason")
    list_display_links = ("started",)
    list_filter = ("cause",)
    list_select_related = ("person", "ended_by")
    looks_in = ("reason", "end_reason")
    search_help_text = gettext_lazy("Words of the reasons")
    nothing = gettext_lazy(
        "Sending was never paused. Each pause will be listed here: who or what stopped it, when, "
        "why, and how it went on."
    )
    fieldsets = (
        (gettext_lazy("Paused"), {"fields": ("started", "cause", "reason", "who")}),
        (gettext_lazy("Sending went on"), {"fields": ("ended", "ended_by", "end_reason")}),
    )

    def heading(self, row: Pause) -> str:
        """Call the pause by its cause and its beginning."""
        told = {"cause": row.get_cause_display(), "time": moments.minute(row.started_at)}
        return gettext("%(cause)s, since %(time)s") % told

    def get_urls(self) -> list[URLPattern]:
        """Put both pages before a pause's own, which matches nearly anything."""
        pause, resume = (
            signed_out.keeping(self.admin_site, view)
            for view in (self.pause_view, self.resume_view)
        )
        return [
            path("pause/", pause, name="accounts_app_pause_pause"),
            path("resume/", resume, name="accounts_app_pause_resume"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the pauses, with the button that fits."""
        offer = {
            "may_pause": request.user.has_perm(PAUSE),
            "may_resume": request.user.has_perm(RESUME),
        }
        return super().changelist_view(request, {**offer, **(extra_context or {})})

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def pause_view(self, request: HttpRequest) -> HttpResponse:
        """Ask why sending is to stop (GET), and stop it (POST)."""
        if not request.user.has_perm(PAUSE):
            return self._refused(request, gettext("You may not pause sending."), PAUSE)
        if pausing.current():
            messages.info(request, gettext("Sending is paused already."))
            return redirect(PAUSES)

        def pause(form: Any) -> str:
            reason = form.cleaned_data["reason"]
            pausing.pause(Pause.Cause.HAND, reason, person=acting.person(request))
            return gettext("Sending is paused.")

        return self._page(request, "pause", ReasonForm(request.POST or None), pause)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def resume_view(self, request: HttpRequest) -> HttpResponse:
        """Ask why sending may go on (GET), and let it, unless a test read says no (POST)."""
        if not request.user.has_perm(RESUME):
            return self._refused(request, gettext("You may not let sending go on."), RESUME)
        if pausing.current() is None:
            messages.info(request, gettext("Sending is not paused."))
            return redirect(PAUSES)

        def resume(form: Any) -> str:
            pausing.resume(
                person=acting.person(request),
                reason=form.cleaned_data["reason"],
                acknowledged=form.in_spite_of(),
            )
            return gettext("Sending goes on.")

        return self._page(request, "resume", ResumeForm(request.POST or None), resume)

    def _refused(self, request: HttpRequest, sentence: str, right: str) -> HttpResponse:
        """Say who may do it instead of only that this person may not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        names = ", ".join(people.holders_of(right)) or gettext("nobody at present")
        who = gettext("Those who may: %(people)s.") % {"people": names}
        return refusals.list_page(self.admin_site, request, f"{sentence} {who}", model=Pause)

    def _page(
        self, request: HttpRequest, step: str, form: ReasonForm, act: Callable[[Any], str]
    ) -> HttpResponse:
        """Show the form, or act on what was sent; a refusal keeps what was typed."""
        if form.is_valid():
            try:
                messages.success(request, act(form))
                return redirect(PAUSES)
            except AlreadyMoved as refusal:
                messages.info(request, refusal.told)
                return redirect(PAUSES)
            except Refusal as refusal:
                form.refuse(refusal)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": TITLES[step],
            "step": step,
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts_app/pause/form.html", context)

    @admin.display(description=gettext_lazy("since"), ordering="started_at")
    def started(self, pause: Pause) -> SafeString | str:
        """Show when it began."""
        return moments.moment(pause.started_at)

    @admin.display(description=gettext_lazy("paused by"), ordering="person__username")
    def who(self, pause: Pause) -> str:
        """Name who paused: a person, or the programme itself."""
        return name_of(pause.person.get_username())

    @admin.display(description=gettext_lazy("until"), ordering="ended_at")
    def ended(self, pause: Pause) -> SafeString | str:
        """Show when sending went on."""
        return moments.moment(pause.ended_at) if pause.ended_at else gettext("it lasts")
