"""What a session keeps about itself: since when, last seen, from where."""

import time
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

BEGUN, SEEN, SOURCE, AGENT = "begun_at", "seen_at", "source", "agent"
NEEDS_PASSKEY = "needs_passkey"
IDLE, TOO_LONG = "idle", "too long"
# The moment is written this often, not with every request.
COARSE = timedelta(minutes=1)


def person(request: HttpRequest) -> User:
    """Return who is signed in; raises PermissionDenied when nobody is."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def begin(request: HttpRequest, user: User) -> None:
    """Note how a session begins, and whether its person needs a passkey; roles end sessions."""
    session = request.session
    session[BEGUN] = session[SEEN] = time.time()
    session[SOURCE] = request.META.get("REMOTE_ADDR", "")
    session[AGENT] = request.META.get("HTTP_USER_AGENT", "")[:200]
    roles = user.groups.filter(name__in=settings.PASSKEY_ROLES)
    session[NEEDS_PASSKEY] = user.is_superuser or roles.exists()


def over(session: SessionBase) -> str:
    """Return why a session is over, empty while it is not; what tells no time is."""
    now = time.time()
    if not 0 <= now - session.get(BEGUN, 0) < settings.SESSION_LIFETIME.total_seconds():
        return TOO_LONG
    is_idle = now - session.get(SEEN, 0) >= settings.SESSION_IDLE.total_seconds()
    return IDLE if is_idle else ""


def touch(request: HttpRequest) -> None:
    """Note that somebody is there; what a page fetches by itself does not count."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return
    if time.time() - request.session.get(SEEN, 0) >= COARSE.total_seconds():
        request.session[SEEN] = time.time()
