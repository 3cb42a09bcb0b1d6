"""Our own pages around sign-in: which way to prove it anew, and the list of one's sessions."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.services import sessions, strength
from accounts_app.signin import factors, keeping
from accounts_app.signin.adapters import FactorAdapter


@login_required
def step_up(request: HttpRequest) -> HttpResponse:
    """Lead to the strongest way in which this person can prove who they are."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        return redirect(get_next_redirect_url(request) or "admin:index")
    return redirect(passthrough_next_redirect_url(request, methods[0]["url"], REDIRECT_FIELD_NAME))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Show where somebody is signed in (GET), or end one of these sessions or all others (POST).

    For the latter a factor must have been shown a moment ago.
    """
    person, here = keeping.person(request), request.session.session_key
    found = sorted(sessions.of(person), key=lambda one: one.expire_date, reverse=True)
    if request.method != "POST":
        rows = [_row(session, here) for session in found]
        return render(request, "sign_in/sessions.html", {"sessions": rows})
    if not strength.is_fresh_enough(request):
        raise ReauthenticationRequired
    chosen = request.POST.get("session")
    others = [session for session in found if session.pk != here]
    if chosen != "others":
        others = [session for session in others if _handle(session) == chosen]
    number = sessions.end(others, person=person, by=person, reason="revoked")
    words = ngettext("%d session was ended.", "%d sessions were ended.", number) % number
    messages.success(request, words if number else gettext("There was nothing to end."))
    return redirect("own_sessions")


@require_POST
def start_over(request: HttpRequest) -> HttpResponse:
    """Forget a sign-in that was begun, so that somebody else can sign in."""
    if not request.user.is_authenticated:
        request.session.flush()
    return redirect("account_login")


def passkeys(request: HttpRequest) -> HttpResponse:
    """Lead to the one list of factors there is; allauth comes here after a change."""
    return redirect("mfa_index")


@login_required
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey away, unless it is the only factor."""
    passkey = get_object_or_404(factors.of(keeping.person(request)), pk=pk)
    if not FactorAdapter().can_delete_authenticator(passkey):
        messages.error(request, FactorAdapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")
    return remove_webauthn(request, pk=pk)


def _handle(session: Session) -> str:
    """Name a session on a page; its key would let a reader of the page take it over."""
    return hashlib.sha256(session.pk.encode()).hexdigest()[:16]


def _row(session: Session, here: str | None) -> dict[str, Any]:
    kept = session.get_decoded()
    return {
        "handle": _handle(session),
        "is_here": session.pk == here,
        "source": kept.get(keeping.SOURCE, ""),
        "agent": kept.get(keeping.AGENT, ""),
        "begun_at": _moment(kept.get(keeping.BEGUN)),
        "seen_at": _moment(kept.get(keeping.SEEN)),
    }


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
