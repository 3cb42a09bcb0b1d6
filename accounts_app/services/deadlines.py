"""Requests that nobody decided in time, and approvals that were not used in time."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts_app import audit, clock
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Operation
from accounts_app.sentences import say
from accounts_app.services.transitions import move

State = Operation.State
UNDECIDED = say("Expired: nobody decided in time. Please ask for it anew.")
TOO_OLD = say("Not sent: the approval is too old. Please ask for it anew.")


def late() -> list[int]:
    """List what waited longer than it may: for a second person, or approved for being sent.

    An approval ends on time also while sending is paused.
    """
    return [number for rows, _, _ in _late() for number in rows.values_list("pk", flat=True)]


def expire(number: int) -> None:
    """End one of these; nothing happens to one that has moved on meanwhile."""
    for rows, to, words in _late():
        for operation in rows.filter(pk=number):
            with suppress(AlreadyMoved):
                move(operation, to, actor=audit.system_user(), result=words, outcome=words)


def _late() -> list[tuple[QuerySet[Operation], Operation.State, str]]:
    requested = Operation.objects.filter(
        state=State.REQUESTED, requested_at__lt=_before(settings.REQUEST_LIFETIME)
    )
    approved = Operation.objects.filter(
        state=State.APPROVED, decided_at__lt=_before(settings.APPROVAL_LIFETIME)
    )
    return [(requested, State.EXPIRED, UNDECIDED), (approved, State.STALE, TOO_OLD)]


def _before(lifetime: timedelta) -> datetime:
    return clock.now() - lifetime
