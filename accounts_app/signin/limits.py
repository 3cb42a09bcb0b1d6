"""How often one source may try to sign in, and what is said to whom is locked out."""

import math
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts_app.services import allowances, lockout

MINUTE = timedelta(minutes=1)
View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Answer 429 to more than SIGN_IN_RATE forms a minute from a source, and to haste."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _may_try(request):
            return refusal(request, MINUTE)
        wait = _wait(request)
        if wait:
            return refusal(request, wait)
        return view(request, *args, **kwargs)

    return wrapped


def refusal(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """Say that it was tried too often, and how long to wait."""
    seconds = math.ceil(wait.total_seconds())
    told = {"minutes": seconds // 60, "seconds": seconds}
    answer = render(request, "sign_in/locked.html", told, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def locked_out(request: HttpRequest, *_others: Any) -> HttpResponse:
    """Answer for django-axes, to known and unknown names alike."""
    return refusal(request, settings.SIGN_IN_LOCKOUT)


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return what django-axes counts by instead of the name that was typed."""
    typed = (credentials or {}).get("username") or request.POST.get("login", "")
    return lockout.digest_of(str(typed))


def source_of(request: HttpRequest) -> str | None:
    """Return the address django-axes counts by; the forwarding middleware has cleaned it."""
    return request.META.get("REMOTE_ADDR") or None


def _wait(request: HttpRequest) -> timedelta:
    """Return how long the name in the form has to wait; the page of codes counts by itself."""
    if "login" not in request.POST:
        return timedelta(0)
    return lockout.wait(name_of(request, None), source_of(request))


def _may_try(request: HttpRequest) -> bool:
    key = f"sign-in:{request.META.get('REMOTE_ADDR', '')}"
    return allowances.take(key, settings.SIGN_IN_RATE, MINUTE)
