"""The time that leases, deadlines and due rows are counted in: the database's, shared by all."""

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the database's time: one clock for every process, however wrong their own may be.

    SQLite runs inside this process, so its time is ours.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # Unlike now(), it moves on inside a transaction.
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    return moment  # type: ignore[no-any-return]


def told(at: datetime) -> str:
    """Return a time as sentences say it: to the minute, of which zone, and the day."""
    return f"{at.astimezone(UTC):%H:%M UTC on %d %B}"
