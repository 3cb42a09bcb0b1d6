"""A form that was sent after the session had ended: what was typed is shown, not thrown away."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

# What people type into the forms that ask and decide; nothing of it is a secret of theirs.
TYPED = {
    "reason": _("Reason"),
    "why": _("Reason"),
    "note": _("Note"),
    "evidence": _("Evidence"),
    "reference": _("Case reference"),
    "chain_id": _("Wallet"),
    "external_id": _("Our own id"),
    "signature": _("Signature"),
}


def keeping(
    site: AdminSite, view: Callable[..., HttpResponseBase]
) -> Callable[..., HttpResponseBase]:
    """Guard a view as the site does, but answer a form without a session with what was typed."""
    guarded = site.admin_view(view)

    @wraps(view)
    def kept(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        typed = _typed(request)
        if typed and not site.has_permission(request):
            return _page(request, typed)
        answer: HttpResponseBase = guarded(request, *arguments, **options)
        return answer

    return kept


def _typed(request: HttpRequest) -> list[tuple[Any, str]]:
    entered = [(label, request.POST.get(name, "")) for name, label in TYPED.items()]
    return [(label, text) for label, text in entered if text]


def _opened_at(request: HttpRequest) -> str:
    """Return the page that the form was on: its own address may only take forms."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host():
        return request.path
    return urlunsplit(("", "", came.path, came.query, ""))


def _page(request: HttpRequest, typed: list[tuple[Any, str]]) -> HttpResponse:
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': _opened_at(request)})}"
    context = {"typed": typed, "sign_in": sign_in}
    return render(request, "admin/accounts_app/signed_out.html", context, status=403)
