"""The page of the provider's webhook subscription, read live, and the pages that change it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts_app import people, sentences
from accounts_app.admin import acting, refusals, words
from accounts_app.admin.forms import REASON_LENGTH, PlainForm
from accounts_app.errors import AlreadyMoved, Refusal
from accounts_app.models import SubscriptionChange, WebhookEvent
from accounts_app.offblocks.errors import NotAuthorised, ProviderError, Unavailable
from accounts_app.services import registered, subscribing

PAGE = "admin:accounts_app_webhookevent_subscription"
TEMPLATES = "admin/accounts_app/subscription"
Kind = SubscriptionChange.Kind
Result = SubscriptionChange.Result
LEVELS = {Result.DONE: messages.SUCCESS, Result.NOT_DONE: messages.ERROR}
TROUBLE: dict[type[ProviderError], Any] = {
    Unavailable: gettext_lazy("the provider could not be reached. Try again soon."),
    NotAuthorised: gettext_lazy("the provider does not accept our credentials. Tell engineering."),
    ProviderError: gettext_lazy("the provider gave an answer that could not be used."),
}


class ReasonForm(PlainForm):
    """Why the subscription is changed; the number lets the form count once."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept for good. Auditors read it."),
        error_messages={"required": gettext_lazy("Say why: the reason is kept for good.")},
    )
    number = forms.UUIDField(widget=forms.HiddenInput)


def show(page: Any, request: HttpRequest) -> HttpResponse:
    """Show what the provider has beside what it should have; say so when it cannot be asked."""
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Webhook subscription"),
        "may_change": request.user.has_perm(subscribing.MANAGE),
        "last": subscribing.last(),
    }
    try:
        context["look"] = registered.look()
    except ProviderError as error:
        context["trouble"] = _trouble(error)
    return TemplateResponse(request, f"{TEMPLATES}/page.html", context)


def change(page: Any, request: HttpRequest, name: str) -> HttpResponse:
    """Ask why (GET), and change the subscription (POST)."""
    if name not in Kind.values:
        raise Http404
    kind, subscription_id = Kind(name), words.uuid_of(request.GET.get("id", ""))
    if (kind == Kind.CREATE) != (subscription_id is None):
        raise Http404
    if not request.user.has_perm(subscribing.MANAGE):
        return _refused(page, request)
    form = ReasonForm(request.POST or None, initial={"number": uuid.uuid4()})
    if form.is_valid():
        try:
            return _changed(request, kind, subscription_id, form)
        except AlreadyMoved as refusal:
            messages.info(request, refusal.told)
            return redirect(PAGE)
        except Refusal as refusal:
            form.refuse(refusal)
        except ProviderError as error:
            sentence = _("Nothing was changed: %(trouble)s")
            form.add_error(None, sentence % {"trouble": _trouble(error)})
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": kind.label,
        "kind": kind.value,
        "subscription_id": subscription_id,
        "form": form,
    }
    return TemplateResponse(request, f"{TEMPLATES}/change.html", context)


def _changed(
    request: HttpRequest, kind: Kind, subscription_id: uuid.UUID | None, form: ReasonForm
) -> HttpResponse:
    made = subscribing.change(
        kind,
        subscription_id=subscription_id,
        person=acting.person(request),
        reason=form.cleaned_data["reason"],
        number=form.cleaned_data["number"],
    )
    result = f"{made.get_result_display()}. {sentences.told(made.note)}".strip()
    told = words.joined(made.get_kind_display(), result)
    level = LEVELS.get(Result(made.result), messages.WARNING) if made.result else messages.WARNING
    messages.add_message(request, level, told)
    return redirect(PAGE)


def _refused(page: Any, request: HttpRequest) -> HttpResponse:
    if not page.has_view_permission(request):
        raise PermissionDenied
    names = ", ".join(people.holders_of(subscribing.MANAGE)) or _("nobody at present")
    sentence = _("You may not change the subscription at the provider.")
    told = _("%(sentence)s Those who may: %(names)s.") % {"sentence": sentence, "names": names}
    return refusals.list_page(page.admin_site, request, told, model=WebhookEvent)


def _trouble(error: ProviderError) -> str:
    """Return what a person needs to know about trouble with the provider."""
    return str(next(told for kind, told in TROUBLE.items() if isinstance(error, kind)))
