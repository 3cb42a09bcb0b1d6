"""How many deliveries are refused, by hour and reason: rows that every process adds to.

While the database is away this process remembers, so that the outage is told of afterwards.
"""

import hashlib
import threading
from datetime import datetime

import django.db
import structlog
from django.utils import timezone
from rest_framework.exceptions import APIException

from accounts_app.models import RefusedDelivery
from accounts_app.services import counting
from accounts_app.webhooks.refusals import IntakeDown

log = structlog.get_logger()
# The first kilobyte is enough to recognise a delivery by.
RECOGNISED_BY = 1024
# A genuine delivery out of its time: an old one sent again, or one of the two clocks is wrong.
CLOCK = frozenset({"signature_expired", "signature_not_yet_valid"})

_uncounted: dict[tuple[datetime, str], RefusedDelivery] = {}
_lock = threading.Lock()


def count(refusal: APIException, content: bytes) -> None:
    """Count a refusal under its code, in one statement; `content` is what was read of it.

    A database that is away changes nothing about the answer.
    """
    reason, now = str(refusal.get_codes()), timezone.now()
    if reason in CLOCK:
        log.error("a genuine delivery is out of its time: is our clock right?", reason=reason)
    row = RefusedDelivery(
        hour=now.replace(minute=0, second=0, microsecond=0),
        reason=reason,
        number=1,
        last_digest=hashlib.sha256(content[:RECOGNISED_BY]).hexdigest() if content else "",
        last_at=now,
    )
    _remember(row)
    # A database that has just failed is not asked again in the same request.
    if not isinstance(refusal, IntakeDown):
        catch_up()


def catch_up() -> None:
    """Count what is not counted yet; nothing happens when all is."""
    if not _uncounted:
        return
    with _lock:
        rows = list(_uncounted.values())
        _uncounted.clear()
    for row in rows:
        _add(row)


def _remember(row: RefusedDelivery) -> None:
    with _lock:
        kept = _uncounted.setdefault((row.hour, row.reason), row)
        if kept is not row:
            kept.number += row.number
            kept.last_digest, kept.last_at = row.last_digest, row.last_at


def _add(row: RefusedDelivery) -> None:
    unique, latest = ("hour", "reason"), ("last_digest", "last_at")
    try:
        counting.add(row, unique=unique, counter="number", latest=latest)
    except django.db.Error as error:
        log.error("not counted", reason=row.reason, error=type(error).__name__)
        _remember(row)
