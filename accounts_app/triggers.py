"""What the database itself refuses, on both databases: kept rows are neither changed nor removed.

It follows from the models: AppendOnly rows never change, Kept and mirrored rows never go, and what
is frozen of a row that moves on stands here. These triggers, and those of the events, are set anew
after every migration: SQLite loses a table's whenever a migration rebuilds it.
"""

from dataclasses import replace
from itertools import chain
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from accounts_app import conflict_sql, nonce_sql, reduction_sql, trigger_sql
from accounts_app.models import (
    Attempt,
    AuditEntry,
    Challenge,
    Mirrored,
    Operation,
    Pause,
    Resolution,
    Review,
    WebhookEvent,
)
from accounts_app.models.guards import AppendOnly, Kept
from accounts_app.trigger_sql import Frozen, Guard

# What the events' own triggers do: remember nonces, flag two bodies under one id.
OF_EVENTS = (nonce_sql, conflict_sql)

FROZEN: dict[type[models.Model], Frozen] = {
    Attempt: Frozen(
        always=("operation", "number", "lease_number", "started_at"),
        # The result is added once.
        after={"finished_at": ("finished_at", "result", "http_status", "request_id", "message")},
    ),
    Challenge: Frozen(
        always=("account", "customer", "digest", "received_at"),
        until={"ended_at": ("text",)},
        only={"ended_at": reduction_sql.CHALLENGE},
        after={"ended_at": ("ended_at", "state")},
    ),
    Operation: Frozen(
        always=(
            *("kind", "lane", "earlier", "seen", "method", "path", "digest"),
            *("maker", "maker_subject", "maker_seat", "maker_device", "cause", "reason"),
            *("reference", "form_number", "requested_at", "needs_checker"),
        ),
        once=(
            "customer",
            "account",
            "card",
            "checker",
            "checker_subject",
            "decided_at",
            "note",
            "key",
        ),
        # What an owner signed is reduced to its digest, once nothing is sent any more.
        until={"ended_at": ("fields", "body")},
        only={"ended_at": reduction_sql.OPERATION},
        after={"ended_at": ("ended_at", "state", "outcome")},
    ),
    Pause: Frozen(
        always=("cause", "reason", "person", "started_at"),
        after={"ended_at": ("ended_at", "ended_by", "end_reason")},
    ),
    Resolution: Frozen(
        always=(
            *("operation", "discrepancy", "reconciliation", "verdict", "evidence", "made_id"),
            *("digest", "form_number", "proposer", "proposer_subject", "proposer_seat"),
            *("proposer_device", "proposed_at"),
        ),
        after={"decided_at": ("decided_at", "state", "decider", "decider_subject", "note")},
    ),
    Review: Frozen(
        always=("operation", "maker", "maker_subject", "due_at"),
        after={"reviewed_at": ("reviewed_at", "reviewer", "reviewer_subject", "note")},
    ),
    WebhookEvent: Frozen(
        always=(
            *("event_id", "digest", "type", "entity_kind", "entity_id", "account_id"),
            *("claimed_status", "claimed_revision", "body", "received_at"),
        )
    ),
}


def guards() -> list[Guard]:
    """List what is guarded: the tables, and what of their rows may still change."""
    kept = [one for one in apps.get_models() if issubclass(one, Kept | Mirrored) or one is User]
    added = [one for one in apps.get_models() if issubclass(one, AppendOnly) or one is LogEntry]
    return [
        *(Guard(_table(model), _columns(model, FROZEN.get(model, Frozen()))) for model in kept),
        *(Guard(_table(model), None, _table(model) == _table(AuditEntry)) for model in added),
    ]


def append_only_tables() -> list[str]:
    """List the tables to which rows are only ever added."""
    return sorted(guard.table for guard in guards() if guard.frozen is None)


def install(using: str = "default") -> None:
    """Set every trigger anew; a migration backwards may have left less to guard."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        there = [_within(guard, cursor) for guard in guards() if guard.table in tables]
        for statement in trigger_sql.install(connection.vendor, there):
            cursor.execute(statement)
        possible = (module for module in OF_EVENTS if module.NEEDS.issubset(tables))
        for statement in chain.from_iterable(one.install(connection.vendor) for one in possible):
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Take the triggers away for the length of a migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        there = [guard for guard in guards() if guard.table in tables]
        for statement in trigger_sql.remove(connection.vendor, there):
            cursor.execute(statement)
        possible = (module for module in OF_EVENTS if module.ON in tables)
        for statement in chain.from_iterable(one.remove(connection.vendor) for one in possible):
            cursor.execute(statement)


def _within(guard: Guard, cursor: CursorWrapper) -> Guard:
    """Return what of a guard the table as it is now has columns for."""
    if guard.frozen is None:
        return guard
    columns = cursor.db.introspection.get_table_description(cursor, guard.table)
    return replace(guard, frozen=guard.frozen.within({column.name for column in columns}))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that should be there and are not, or are not as they should be."""
    with connection.cursor() as cursor:
        cursor.execute(trigger_sql.SET_UP[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    vendor = connection.vendor
    of_events = {name for module in OF_EVENTS for name in module.names(vendor)}
    return sorted({*trigger_sql.names(vendor, guards()), *of_events} - there)


def before_migrating(plan: list[Any], using: str, **_kwargs: Any) -> None:
    """Let a migration rebuild and correct guarded tables; a run without migrations keeps all."""
    if plan:
        remove(using)


def after_migrating(using: str, **_kwargs: Any) -> None:
    """Guard the tables as they are now."""
    install(using)


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)


def _columns(model: type[models.Model], frozen: Frozen) -> Frozen:
    """Name columns instead of fields."""

    def columns(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(model._meta.get_field(name).column) for name in names)  # type: ignore[union-attr]

    return Frozen(
        always=columns(frozen.always),
        once=columns(frozen.once),
        until={marker: columns(names) for marker, names in frozen.until.items()},
        only=frozen.only,
        after={marker: columns(names) for marker, names in frozen.after.items()},
    )
