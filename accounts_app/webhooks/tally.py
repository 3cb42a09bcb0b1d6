"""How many deliveries are refused, by hour, reason and source: rows that every process adds to.

While the database is away this process remembers, so that the outage is told of afterwards. A
source that is refused too often in one second costs the database nothing until the next one.
"""

import hashlib
import ipaddress
import threading
from datetime import datetime

import django.db
import structlog
from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import APIException

from accounts_app.models import RefusedDelivery
from accounts_app.services import counting
from accounts_app.webhooks import rates
from accounts_app.webhooks.refusals import IntakeDown, TooMany

log = structlog.get_logger()
# The first kilobyte is enough to recognise a delivery by.
RECOGNISED_BY = 1024
# A genuine delivery out of its time: an old one sent again, or one of the two clocks is wrong.
CLOCK = frozenset({"signature_expired", "signature_not_yet_valid"})
# The columns of a row; all refusals of one hour, reason and source are one.
COUNTED = (
    *("hour", "reason", "source", "number"),
    *("second", "in_second", "last_digest", "last_at"),
)
SAME = counting.Unique(
    columns=("hour", "reason", "source"),
    counter="number",
    latest=("last_digest", "last_at"),
    burst=("second", "in_second"),
)

_uncounted: dict[tuple[datetime, str, str], RefusedDelivery] = {}
_lock = threading.Lock()


def count(refusal: APIException, content: bytes, *, source: str, is_believed: bool) -> APIException:
    """Count a refusal under its code, in one statement; return what is to be answered.

    That is the refusal, or TooMany when the source was refused too often this second; never to a
    sender that proved itself. `content` is what was read. A database that is away changes nothing.
    """
    reason, now, group = str(refusal.get_codes()), timezone.now(), grouped(source)
    if reason in CLOCK:
        log.error("a genuine delivery is out of its time: is our clock right?", reason=reason)
    second, limit = int(now.timestamp()), settings.REFUSED_PER_SECOND
    is_limited = not (is_believed or isinstance(refusal, IntakeDown))
    if is_limited and rates.again(group, second) > limit:
        _remember(_row(TooMany.default_code, now, group, b""))
        return TooMany()
    _remember(_row(reason, now, group, content))
    # A database that has just failed is not asked again in the same request.
    number = 0 if isinstance(refusal, IntakeDown) else catch_up().get((reason, group), 0)
    return TooMany() if is_limited and number > limit else refusal


def grouped(source: str) -> str:
    """Return what is counted as one source: of IPv6, the network that one customer is given."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return ""
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def catch_up() -> dict[tuple[str, str], int]:
    """Count what is not counted yet; return how often each reason and source came this second."""
    if not _uncounted:
        return {}
    with _lock:
        rows = list(_uncounted.values())
        _uncounted.clear()
    return {(row.reason, row.source): _add(row) for row in rows}


def _row(reason: str, now: datetime, group: str, content: bytes) -> RefusedDelivery:
    return RefusedDelivery(
        hour=now.replace(minute=0, second=0, microsecond=0),
        reason=reason,
        source=group,
        number=1,
        second=int(now.timestamp()),
        in_second=1,
        last_digest=hashlib.sha256(content[:RECOGNISED_BY]).hexdigest() if content else "",
        last_at=now,
    )


def _remember(row: RefusedDelivery) -> None:
    with _lock:
        kept = _uncounted.setdefault((row.hour, row.reason, row.source), row)
        if kept is not row:
            kept.number += row.number
            kept.second, kept.in_second = row.second, row.in_second
            kept.last_digest, kept.last_at = row.last_digest, row.last_at


def _add(row: RefusedDelivery) -> int:
    values = {name: getattr(row, name) for name in COUNTED}
    try:
        return counting.add(RefusedDelivery, values, SAME)
    except django.db.Error as error:
        log.error("not counted", reason=row.reason, error=type(error).__name__)
        _remember(row)
        return 0
