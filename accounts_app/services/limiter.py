"""One budget of reads for all processes: OFFBLOCKS_READS_PER_SECOND, however many workers run.

The places in it are handed out by the one row about the provider: whoever moves `next_read_at`
on has the place it named before.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts_app import clock
from accounts_app.models import Contact
from accounts_app.offblocks.errors import Unavailable

# A place further off than this is not worth sleeping for: other work can be done meanwhile.
LONGEST_SLEEP = timedelta(seconds=10)


def wait_for_place() -> None:
    """Take the next free place among the reads and sleep until it comes.

    Raises Unavailable, at once and without a place, while the next one is further off than
    LONGEST_SLEEP, as after the provider asked everybody to wait.
    """
    free = _next_free()
    wait = _until(free)
    if wait > LONGEST_SLEEP:
        raise Unavailable("The provider asked us to wait.", sent=False, retry_after=wait)
    time.sleep(min(_take(free), LONGEST_SLEEP).total_seconds())


def reserve() -> timedelta:
    """Take the next free place among the reads; return how long to wait until it comes."""
    return _take(_next_free())


def _take(free: datetime | None) -> timedelta:
    """Take that place, or a later one when somebody else was quicker."""
    between = timedelta(seconds=1 / settings.OFFBLOCKS_READS_PER_SECOND)
    while True:
        now = clock.now()
        place = max(free or now, now)
        if _row(free).update(next_read_at=place + between):
            return place - now
        free = _next_free()


def delay() -> timedelta:
    """Return how far off the next free place is, without taking it."""
    return _until(_next_free())


def _until(free: datetime | None) -> timedelta:
    now = clock.now()
    return max((free or now) - now, timedelta())


def delay_for_all() -> timedelta:
    """Return how long the provider asked everybody to wait, reads and changes; else zero."""
    wait = delay()
    return wait if wait > LONGEST_SLEEP else timedelta()


def push(wait: timedelta) -> None:
    """Let nobody read for so long: the provider said that we ask too much.

    At most RESEND_WINDOW, as with everything the provider asks us to wait for.
    """
    until = clock.now() + min(wait, settings.RESEND_WINDOW)
    while (free := _next_free()) is None or free < until:
        if _row(free).update(next_read_at=until):
            return


def _next_free() -> datetime | None:
    moment: datetime | None = Contact.objects.values_list("next_read_at", flat=True).get(pk=1)
    return moment


def _row(free: datetime | None) -> QuerySet[Any]:
    """The one row, unless somebody has moved the next free place since it was read."""
    return Contact.objects.filter(pk=1, next_read_at=free)
