"""One look at everything the invariants speak about: our tables, the provider's ledger.

Looked at after every step, so the tables are read with plain SQL. Values are as the database gives
them: ids and keys are told apart by `plain`, times only compared with each other.
"""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from accounts_app.models import (
    Account,
    Attempt,
    AuditEntry,
    Card,
    Customer,
    Discrepancy,
    Operation,
    WebhookEvent,
)

MIRRORED = (Customer, Account, Card)
Rows = Callable[[], list[Any]]


class Row(NamedTuple):
    """A mirrored row, as far as its history counts."""

    status: str
    revision: int


@dataclass
class Look:
    """What was seen at one moment."""

    operations: list[Any]
    attempts: dict[int, list[Any]]
    ledger: list[Any]
    rows: dict[tuple[str, str], Row]
    discrepancies: set[str]
    inbox: set[tuple[str, str]]

    @property
    def effects(self) -> dict[str, list[Any]]:
        """The provider's own changes by the key that asked for them, without what followed."""
        found: dict[str, list[Any]] = defaultdict(list)
        for line in self.ledger:
            if line["key"] and line["cause"] == "api":
                found[plain(line["key"])].append(line)
        return found


@dataclass
class Past:
    """What earlier looks saw: facts that must not change, and what was acknowledged."""

    frozen: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    ambiguous: set[int] = field(default_factory=set)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    acknowledged: dict[tuple[str, str], bytes] = field(default_factory=dict)
    sealed: tuple[int, str] = (0, "0" * 64)
    actions: dict[int, list[str]] = field(default_factory=dict)


def look(ledger: list[Any]) -> Look:
    """Look at everything now."""
    attempts: dict[int, list[Any]] = defaultdict(list)
    for attempt in _read(Attempt, "operation_id", "started_at"):
        attempts[attempt.operation_id].append(attempt)
    return Look(
        operations=_read(
            Operation,
            *("id", "kind", "lane", "state", "key", "method", "path", "body", "fields"),
            *("ambiguous", "account_id", "maker_id", "checker_id", "needs_checker", "decided_at"),
            *("first_sent_at", "resend_deadline", "attempts_made", "evidence"),
        ),
        attempts=attempts,
        ledger=ledger,
        rows={
            (model.KIND.value, plain(row.id)): Row(row.status, row.revision)
            for model in MIRRORED
            for row in _read(model, "id", "status", "revision")
        },
        discrepancies={plain(row.entity_id) for row in _read(Discrepancy, "id", "entity_id")},
        inbox={
            (row.event_id, row.digest) for row in _read(WebhookEvent, "id", "event_id", "digest")
        },
    )


def body_digest(row: Any) -> str:
    """SHA-256 of an operation's frozen body, also once a signature in it was reduced."""
    fields = json.loads(row.fields) if isinstance(row.fields, str) else row.fields
    kept: str | None = fields.get("body_sha256")
    return kept or hashlib.sha256(bytes(row.body)).hexdigest()


def plain(value: Any) -> str:
    """An id or key as 32 digits, however a database or the provider spells it."""
    return value.hex if isinstance(value, uuid.UUID) else str(value).replace("-", "")


def entries_after(sequence: int) -> list[AuditEntry]:
    """The audit entries that came since."""
    return list(AuditEntry.objects.filter(sequence__gt=sequence).order_by("sequence"))


def count_entries() -> int:
    """The number of the last audit entry."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(sequence) FROM {AuditEntry._meta.db_table}")  # noqa: S608 -- our own name
        return int(cursor.fetchone()[0] or 0)


def _read(model: Any, *columns: str) -> list[Any]:
    row, query = _query(model, columns)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row._make(values) for values in cursor.fetchall()]


@cache
def _query(model: Any, columns: tuple[str, ...]) -> tuple[Any, str]:
    row = NamedTuple(model.__name__, [(column, Any) for column in columns])  # type: ignore[misc]
    names = ", ".join(columns)
    table = model._meta.db_table
    return row, f"SELECT {names} FROM {table} ORDER BY {columns[0]}"  # noqa: S608 -- our own names
