"""How strongly the person behind a session has proven who they are, and when they last did.

It is kept in the session, which only we can write, and says whose proof it is: what a session
holds from somebody else's attempt counts for nothing.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

KEY = "proof"
PASSWORD = "password"  # noqa: S105 -- the name of a way to sign in
SSO = "sso"
PASSKEY = "passkey"
TOTP = "totp"
RECOVERY_CODE = "recovery code"
# What a provider of single sign-on claims: a second factor, or one that cannot be phished.
MFA = "mfa"
PHISHING_RESISTANT = "phr"


def strength_of(request: HttpRequest) -> str:
    """Return how the person signed in, as in `password+totp`, `passkey`, `sso+mfa`.

    Empty for nobody, and for a session that was made without a proof.
    """
    proof = _proof(request)
    return "+".join(part for part in (proof.get("first"), proof.get("second")) if part)


def proven_at(request: HttpRequest) -> datetime | None:
    """Return when the second factor, or a passkey, was last shown; None when it never was."""
    moment = _proof(request).get("at")
    return datetime.fromtimestamp(moment, UTC) if moment else None


def is_proven(request: HttpRequest) -> bool:
    """Whether this session was ever proven by more than a password."""
    return proven_at(request) is not None


def is_fresh(request: HttpRequest, within: timedelta) -> bool:
    """Whether the factor was shown within this time; a time in the future is no proof."""
    moment = _proof(request).get("at")
    return moment is not None and 0 <= time.time() - moment <= within.total_seconds()


def is_fresh_enough(request: HttpRequest) -> bool:
    """Whether a factor was shown within STEP_UP_LIFETIME.

    In the demo whoever has enrolled no factor has none to show.
    """
    if settings.DEMO and not is_proven(request):
        return True
    return is_fresh(request, settings.STEP_UP_LIFETIME)


def is_phishing_resistant(request: HttpRequest) -> bool:
    """Whether the last factor shown was bound to our address: a passkey, or claimed to be one."""
    proof = _proof(request)
    last = proof.get("second") or proof.get("first")
    return last in (PASSKEY, PHISHING_RESISTANT)


def begin(request: HttpRequest, user_id: int, first: str) -> None:
    """Note the first thing somebody showed; what another attempt left behind is forgotten."""
    request.session[KEY] = {"user": user_id, "first": first}


def prove(request: HttpRequest, user_id: int, factor: str, at: float | None = None) -> None:
    """Note that a factor was shown, now or at a time in seconds since 1970."""
    known = request.session.get(KEY) or {}
    proof = known if known.get("user") == user_id else {"user": user_id}
    moment = time.time() if at is None else at
    if proof.get("first") in (None, PASSKEY) and factor == PASSKEY:
        request.session[KEY] = {"user": user_id, "first": PASSKEY, "at": moment}
        return
    request.session[KEY] = {**proof, "second": factor, "at": moment}


def forget(request: HttpRequest) -> None:
    """Take the proof back: the factor that gave it is gone."""
    proof = _proof(request)
    if proof:
        request.session[KEY] = {"user": proof["user"], "first": proof.get("first", "")}


def _proof(request: HttpRequest) -> dict[str, Any]:
    session = getattr(request, "session", None)
    proof = session.get(KEY) if session is not None else None
    if not isinstance(proof, dict) or proof.get("user") != getattr(request.user, "pk", None):
        return {}
    return proof
