"""From which session somebody acts: one session cannot both ask and agree, whoever signed in.

The mark lives in the session's data, so that it stays while the session's key is renewed.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from accounts_app.errors import SameEyes

MARK = "seat"

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


def refuse_same(other: str) -> None:
    """Raise SameEyes when the first of two acts was done from the very session that acts now."""
    if other and other == seat():
        raise SameEyes(
            _("This was asked for in the session you are in. A second person has to sign in anew.")
        )
