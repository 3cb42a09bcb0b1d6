"""What every request of a signed-in person must pass: a session in its time, a second factor."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext

from accounts_app.services import strength
from accounts_app.signin import factors, keeping

GetResponse = Callable[[HttpRequest], HttpResponse]

LEAVING = "admin:logout"
# Where the first factor is enrolled, and where one is shown.
ENROLMENT = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}
PROOF = {
    "step_up",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "sso_again",
    "openid_connect_callback",
}
# The browser asks for them by itself, and they tell nothing.
HARMLESS = {"admin:jsi18n", "policy_report", "account_login", "set_language"}


class SessionLimitsMiddleware:
    """End a session after a time without its person, and in any case after a working day."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a session that is in its time pass."""
        if request.user.is_authenticated:
            why = keeping.over(request.session)
            if why:
                return _ended(request, why)
            keeping.touch(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Lead whoever has shown only a password to where a factor is enrolled or shown."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let pass who has proven enough; everybody may leave."""
        if request.user.is_authenticated and not _has_proven_enough(request):
            page = _way_out(request)
            if page:
                return _lead(request, page)
        return self.get_response(request)


def _has_proven_enough(request: HttpRequest) -> bool:
    if not strength.is_proven(request):
        return False
    needs_passkey = request.session.get(keeping.NEEDS_PASSKEY, True) and not settings.DEMO
    return not needs_passkey or strength.is_phishing_resistant(request)


def _way_out(request: HttpRequest) -> str:
    """Return the page that is due instead of the one asked for; empty to let it be."""
    asked, user = _name(request), request.user
    if asked in HARMLESS or asked == LEAVING:
        return ""
    if settings.OIDC_ISSUER:
        return "" if asked in PROOF else "sso_again"
    if not factors.has_any(user):
        return "" if settings.DEMO or asked in ENROLMENT | PROOF else "mfa_index"
    if not strength.is_proven(request):
        return "" if asked in PROOF else "step_up"
    if factors.has_passkey(user):  # shown another factor, and needs the passkey
        return "" if asked in PROOF else "mfa_reauthenticate_webauthn"
    return "" if asked in ENROLMENT | PROOF else "mfa_index"


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _lead(request: HttpRequest, page: str) -> HttpResponse:
    to = {"next": request.get_full_path()} if request.method == "GET" else {}
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode(to)}".rstrip("?"))


def _ended(request: HttpRequest, why: str) -> HttpResponse:
    """Sign the person out, and say why where they sign in again."""
    request.session_end = why  # type: ignore[attr-defined]  # read where it is recorded
    logout(request)
    if why == keeping.IDLE:
        minutes = settings.SESSION_IDLE.total_seconds() // 60
        words = gettext("You were signed out after %d minutes without activity.") % minutes
    else:
        words = gettext("You were signed out: a session lasts one working day at most.")
    messages.info(request, words)
    return _lead(request, "account_login")
