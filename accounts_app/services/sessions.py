"""The sessions of the people who are signed in, and how they are ended."""

from collections.abc import Iterator

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone


def of(user: User) -> Iterator[Session]:
    """Find a person's sessions that are not over; each is opened for it, none can be missed."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """Sign a person out everywhere, but in the session `keep`; return how many sessions ended.

    A request that is under way ends as it began; the next one finds nobody signed in.
    """
    keys = [session.pk for session in of(user) if session.pk != keep]
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)
