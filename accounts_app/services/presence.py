"""From which session and with which passkey somebody acts: neither can both ask and agree.

Both live in the session's data, so that they stay while the session's key is renewed.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from accounts_app.errors import SameEyes

MARK, SHOWN = "seat", "passkey"

_session: ContextVar[SessionBase | None] = ContextVar("session", default=None)


@contextmanager
def at(session: SessionBase) -> Iterator[None]:
    """Let what follows be done from this session."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


def seat() -> str:
    """Return what names the session that acts now, as SHA-256, hex; empty outside a request."""
    session = _session.get()
    if session is None:
        return ""
    mark = session.get(MARK)
    if mark is None:
        mark = session[MARK] = secrets.token_urlsafe(16)
    return hashlib.sha256(str(mark).encode()).hexdigest()


def show(session: SessionBase, device: str) -> None:
    """Note which passkey was shown in a session, by its digest."""
    session[SHOWN] = device


def device() -> str:
    """Return the digest of the passkey last shown in the session that acts now; empty without."""
    session = _session.get()
    return str(session.get(SHOWN, "")) if session is not None else ""


def of(who: str) -> dict[str, str]:
    """Return both as the columns of an act in which its person is called `who`."""
    return {f"{who}_seat": seat(), f"{who}_device": device()}


def refuse_same(other_seat: str, other_device: str) -> None:
    """Raise SameEyes when the first of two acts came from the session or passkey that acts now."""
    if other_device and other_device == device():
        raise SameEyes(
            _("This was asked for with the passkey you signed in with. A second person has to act.")
        )
    if other_seat and other_seat == seat():
        raise SameEyes(
            _("This was asked for in the session you are in. A second person has to sign in anew.")
        )
