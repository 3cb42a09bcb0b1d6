"""The page on which a user admin lets somebody in again who is locked out or lost their factor."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts_app.admin import acting, refusals, signed_out, stepping_up
from accounts_app.admin.forms import REASON_LENGTH, PlainForm
from accounts_app.services import lockout


class UnlockForm(PlainForm):
    """Why, and whether lost factors go too."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How you made sure who is asking. Kept in the audit trail."),
        error_messages={"required": gettext_lazy("Say why: the reason is kept.")},
    )
    factors = forms.BooleanField(
        required=False,
        label=gettext_lazy("Their device is lost: take all second factors away"),
        help_text=gettext_lazy(
            "All their sessions end, and they enrol anew after their next password."
        ),
    )


class UnlockMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the page to the admin of people."""

    def get_urls(self) -> list[URLPattern]:
        """Put it before the person's own page, which matches nearly anything."""
        view = signed_out.keeping(self.admin_site, self.unlock_view)
        return [path("<int:user_id>/unlock/", view, name="auth_user_unlock"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def unlock_view(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Ask why (GET), or let them in again (POST)."""
        refusals.unless_seen(self, request)
        person = get_object_or_404(User, pk=user_id)
        by = acting.person(request)
        if not self.has_change_permission(request, person):
            words = gettext("You may not let this person in.")
            return refusals.page(self.admin_site, request, words, target=person)
        stepping_up.demand(request)
        form = UnlockForm(request.POST or None)
        if form.is_valid():
            _unlock(person, by, form.cleaned_data)
            messages.success(request, gettext("%s may sign in again.") % person.get_username())
            return redirect("admin:auth_user_change", person.pk)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Let %s in again") % person.get_username(),
            "form": form,
            "back": reverse("admin:auth_user_change", args=[person.pk]),
        }
        return TemplateResponse(request, "admin/auth/user/unlock.html", context)


def _unlock(person: User, by: User, entered: dict[str, Any]) -> None:
    lockout.unlock(person, by=by, reason=entered["reason"])
    if entered["factors"]:
        lockout.forget_factors(person, by=by, reason=entered["reason"])
