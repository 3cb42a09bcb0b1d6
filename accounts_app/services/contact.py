"""What all processes together know of the way to the provider: does it answer, is its clock ours.

The client shows every reply to `note`; what follows from it is in one row, for all to read.
"""

import socket
from collections import deque
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts_app import clock, conf
from accounts_app.models import Contact, Pause, Reconciliation
from accounts_app.offblocks.errors import ProviderError
from accounts_app.offblocks.wire import Reply
from accounts_app.sentences import say
from accounts_app.services import comparisons, limiter, pausing

log = structlog.get_logger()

# A read makes three tries: when all of one, or three single sends, bring nothing, it is down.
DOWN_AFTER = 3
# While all is well the row is written this often, not with every reply.
BETWEEN_NOTES = timedelta(seconds=5)
# A measurement is good to about a second; less is no news.
CLOCK_NEWS = timedelta(seconds=2)
# How long the one read that tries the way may last, with its repetitions.
PROBE_LEASE = timedelta(seconds=90)
WITHOUT_RETRY_AFTER = timedelta(seconds=10)

# This process's own last two: another machine's right clock says nothing of ours.
_offsets: deque[timedelta] = deque(maxlen=2)


def state() -> Contact:
    """Return the one row about the provider."""
    row: Contact = Contact.objects.get(pk=1)
    return row


def is_down(contact: Contact) -> bool:
    """Whether the provider has been silent often enough for reads to wait."""
    return contact.failing_since is not None and contact.failures >= DOWN_AFTER


def may_read() -> timedelta:
    """Return how long a read that can wait should wait; zero is leave to read once, now.

    While the provider does not answer one read at a time gets leave, 2, 10, 60, then 300 s after
    the one before; what it brings decides for all. Zero is not a place in the budget of reads:
    accounts_app.services.limiter hands those out.
    """
    row, now = state(), clock.now()
    wait = (row.next_read_at or now) - now
    if wait > limiter.LONGEST_SLEEP:
        return wait
    return _wait_or_probe(row, now) if is_down(row) else timedelta()


def _wait_or_probe(row: Contact, now: datetime) -> timedelta:
    due = row.next_try_at or now
    if due > now:
        return due - now
    untaken = Contact.objects.filter(pk=1, next_try_at=row.next_try_at, failures__gte=DOWN_AFTER)
    has_leave = untaken.update(next_try_at=now + PROBE_LEASE)
    return timedelta() if has_leave else _rest(row.failing_since, now)


def probe() -> None:
    """Try the way to a silent provider when it is time: without other work nobody else would."""
    if not is_down(state()) or may_read():
        return
    try:
        conf.client().list_subscriptions()
    except ProviderError as error:
        log.info("the provider is still away", error=str(error))


def note(reply: Reply | None) -> None:
    """Take notice of a reply of the provider, or, with None, of a request that brought none.

    Never raises: what cannot be noted is logged, and the request it was about goes on.
    """
    try:
        _note(reply)
    except Exception:
        # Nothing of a request may depend on this row, not even when the database is away.
        log.exception("what the provider's reply tells of it was not noted")


def _note(reply: Reply | None) -> None:
    row, now = state(), clock.now()
    measured = _measured(row, reply, now)
    if reply is None or reply.status >= 500:
        _fails(row, now, reply, measured)
    else:
        _answers(row, now, measured)
    if reply is not None:
        _heed(reply)


def _measured(row: Contact, reply: Reply | None, now: datetime) -> dict[str, Any]:
    """Return the columns of token and clock that the reply has news for."""
    token = {"token_at": now} if reply and reply.is_token and reply.status < 300 else {}
    offset = reply.clock_offset if reply else None
    if offset is None:
        return token
    known, is_old = row.clock_offset, _is_old(row.measured_at, now)
    if not is_old and known is not None and abs(known - offset) < CLOCK_NEWS:
        return token
    return {"clock_offset": offset, "measured_at": now, **token}


def _is_old(moment: datetime | None, now: datetime) -> bool:
    return moment is None or abs(now - moment) >= BETWEEN_NOTES


def _fails(row: Contact, now: datetime, reply: Reply | None, measured: dict[str, Any]) -> None:
    asked = reply.retry_after if reply else None
    rest = max(_rest(row.failing_since, now), min(asked or timedelta(), settings.RESEND_WINDOW))
    Contact.objects.filter(pk=1).update(
        failures=F("failures") + 1,
        failing_since=Coalesce(F("failing_since"), Value(now)),
        next_try_at=now + rest,
        **measured,
    )


def _rest(since: datetime | None, now: datetime) -> timedelta:
    """Return about as long as it has lasted, in the steps of all waiting: 2, 10, 60, 300 s."""
    lasted = (now - since).total_seconds() if since else 0
    longer = [pause for pause in conf.PAUSES if pause > lasted]
    return timedelta(seconds=(longer or conf.PAUSES[-1:])[0])


def _answers(row: Contact, now: datetime, measured: dict[str, Any]) -> None:
    if row.failing_since:
        _recovers(row, row.failing_since, now, measured)
    elif measured or _is_old(row.last_answer_at, now):
        Contact.objects.filter(pk=1).update(last_answer_at=now, **measured)


def _recovers(row: Contact, since: datetime, now: datetime, measured: dict[str, Any]) -> None:
    """End the failing, once among all processes; after a long one events may have been lost."""
    columns = {"failing_since": None, "failures": 0, "next_try_at": None, "last_answer_at": now}
    with transaction.atomic():
        failing = Contact.objects.filter(pk=1, failing_since=since)
        has_ended = failing.update(**columns, **measured)
        if has_ended and is_down(row) and now - since > settings.OUTAGE_SWEEP_AFTER:
            comparisons.ask(Reconciliation.Trigger.OUTAGE)


def _heed(reply: Reply) -> None:
    """Do what the reply asks of everybody: read less, or stop because a clock is wrong."""
    if reply.status == 429:
        limiter.push(reply.retry_after or WITHOUT_RETRY_AFTER)
    if reply.clock_offset is None:
        return
    _offsets.append(reply.clock_offset)
    if len(_offsets) == 2 and all(abs(one) > settings.CLOCK_TOLERANCE for one in _offsets):
        seconds = reply.clock_offset.total_seconds()
        words = say(
            "The provider's clock is {seconds} s from that of {host}.",
            seconds=f"{seconds:+.0f}",
            host=socket.gethostname(),
        )
        pausing.pause(Pause.Cause.CLOCK, words)
