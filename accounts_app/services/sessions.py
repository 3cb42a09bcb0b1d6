"""The sessions of the people who are signed in, and how they are ended."""

from collections.abc import Iterable, Iterator

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts_app import audit


def of(user: User) -> Iterator[Session]:
    """Find a person's sessions that are not over; each is opened for it, none can be missed."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def end_sessions(
    user: User, *, keep: str | None = None, by: User | None = None, reason: str = ""
) -> int:
    """Sign a person out everywhere, but in the session `keep`; return how many sessions ended.

    A request that is under way ends as it began; the next one finds nobody signed in.
    """
    found = [session for session in of(user) if session.pk != keep]
    return end(found, person=user, by=by, reason=reason)


@transaction.atomic
def end(found: Iterable[Session], *, person: User, by: User | None, reason: str) -> int:
    """End these sessions of a person, and record it in one entry; without any, nothing is."""
    keys = [session.pk for session in found]
    if not keys:
        return 0
    Session.objects.filter(pk__in=keys).delete()
    audit.record(
        actor=by or audit.system_user(),
        action="session.end",
        target=person,
        reason=reason,
        result=f"{len(keys)} ended",
    )
    return len(keys)
