"""What is due next, asked with plain SQL: a worker's round over nothing finds nothing."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

# ruff: noqa: S608 -- the names in the statements are our own
from accounts_app.models import Job, Operation, WebhookEvent

IN_HAND = ", ".join(f"'{state}'" for state in Operation.IN_HAND)
NEXT = " UNION ALL ".join(
    (
        f"SELECT min(next_at) FROM {Operation._meta.db_table} WHERE state IN ({IN_HAND})",
        f"SELECT min(next_at) FROM {WebhookEvent._meta.db_table} WHERE state = 'pending'",
    )
)
JOBS = f"SELECT min(next_at) FROM {Job._meta.db_table}"


def next_at(query: str = NEXT) -> datetime | None:
    """When the next operation or event, or with JOBS the next job, is due."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        moments = [_moment(value) for (value,) in cursor.fetchall() if value]
    return min(moments) if moments else None


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else parse_datetime(value)
    assert found, "a column of times holds times"
    return found if found.tzinfo else found.replace(tzinfo=UTC)
