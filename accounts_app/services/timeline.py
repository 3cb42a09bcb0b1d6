"""An entity's whole story in one list: people, the provider, its webhooks, our operations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts_app.models import (
    Account,
    AuditEntry,
    Drift,
    EntityKind,
    Mirrored,
    Reconciliation,
    Snapshot,
    WebhookEvent,
)

# Enough for the story of years; the oldest entries beyond it are in the snapshots and the audit.
LIMIT = 500
FOUND = {
    Drift.What.MISSING_HERE: "it was not in the mirror",
    Drift.What.DIFFERS: "it differed",
    Drift.What.MISSING_THERE: "the provider does not know it",
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, who or what did it, and what differed before and after."""

    at: datetime
    origin: str
    who: str
    what: str
    why: str = ""
    result: str = ""
    operation: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)


def of(row: Mirrored) -> list[Entry]:
    """Return the entity's story, newest first. Five queries, whatever its length."""
    entries = [*_acts(row), *_changes(row), *_events(row), *_drifts(row)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:LIMIT]


def _acts(row: Mirrored) -> Iterator[Entry]:
    told = Q(object_kind=row.KIND, object_id=str(row.pk))
    if isinstance(row, Account):
        # Its opening was asked for while there was only its customer.
        told |= Q(operation__in=row.operations.values("pk"))
    for act in AuditEntry.objects.filter(told).order_by("-sequence")[:LIMIT]:
        yield Entry(
            at=act.at,
            origin="people" if act.actor_name != "system" else "operation",
            who=act.actor_name,
            what=act.action,
            why=act.reason,
            result=act.result,
            operation=act.operation_id,
            changes=_pairs(act.before, act.after),
        )


def _pairs(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    names = sorted(before.keys() | after.keys())
    pairs = {name: [before.get(name), after.get(name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _changes(row: Mirrored) -> Iterator[Entry]:
    snapshots = Snapshot.objects.filter(entity_kind=row.KIND, entity_id=row.pk)
    for snapshot in snapshots.order_by("-id").defer("representation")[:LIMIT]:
        first = "first seen" if not snapshot.changed else "changed"
        yield Entry(
            at=snapshot.asked_at,
            origin="provider",
            who="provider",
            what=f"{first}, {snapshot.status}",
            result=f"learnt from {snapshot.get_source_display()}",
            operation=snapshot.operation_id,
            changes=snapshot.changed,
        )


def _events(row: Mirrored) -> Iterator[Entry]:
    of_entity = WebhookEvent.objects.filter(entity_kind=row.KIND, entity_id=row.pk)
    querysets = [of_entity]
    if isinstance(row, Account):
        others = WebhookEvent.objects.filter(account_id=row.pk)
        querysets.append(others.exclude(entity_kind=EntityKind.ACCOUNT))
    for events in querysets:
        for event in events.order_by("-id").defer("body")[:LIMIT]:
            yield Entry(
                at=event.received_at,
                origin="webhook",
                who="webhook",
                what=f"{event.type} {event.claimed_status}".strip(),
                result=_delivered(event),
            )


def _delivered(event: WebhookEvent) -> str:
    times = f"delivered {event.deliveries} times" if event.deliveries > 1 else "delivered once"
    return f"{times}; {event.get_state_display()}" + (f": {event.note}" if event.note else "")


def _drifts(row: Mirrored) -> Iterator[Entry]:
    """Tell what full comparisons found; the change itself is told with its snapshot.

    What was only looked at is left out, and what goes on being contradicted is told elsewhere.
    """
    found = Drift.objects.filter(entity_kind=row.KIND, entity_id=row.pk)
    told = found.filter(outcome__in=("", "created", "updated"))
    told = told.exclude(reconciliation__state=Reconciliation.State.CHECKED)
    for drift in told.order_by("-id").defer("representation")[:LIMIT]:
        taken = "taken over" if drift.outcome else "not taken over"
        yield Entry(
            at=drift.asked_at,
            origin="provider",
            who="provider",
            what=f"a full comparison found that {FOUND[Drift.What(drift.what)]}",
            result=f"{taken}; {'a webhook told of it' if drift.event_id else 'no webhook came'}",
        )
