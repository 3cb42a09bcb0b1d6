"""What an entity's timeline is told from: one strand per sort of record, each with its own order.

A strand names the index column it is read by, so that a page of it costs the same in any history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery

from accounts_app.audit import SYSTEM
from accounts_app.models import (
    Account,
    AuditEntry,
    Drift,
    EntityKind,
    Mirrored,
    Reconciliation,
    Snapshot,
    Source,
    WebhookEvent,
)
from accounts_app.sentences import english, say

Record = AuditEntry | Snapshot | WebhookEvent | Drift
PEOPLE, PROVIDER, WEBHOOKS, COMPARISONS = "people", "provider", "webhooks", "comparisons"
ORIGINS = (PEOPLE, PROVIDER, WEBHOOKS, COMPARISONS)
FOUND = {
    Drift.What.MISSING_HERE: say("it was not in the mirror"),
    Drift.What.DIFFERS: say("it differed"),
    Drift.What.MISSING_THERE: say("the provider does not know it"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, who or what did it, what differed, and the record of it."""

    at: datetime
    origin: str
    who: str
    what: str
    record: Record
    why: str = ""
    result: str = ""
    operation: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Strand:
    """One sort of record: of which origin, its time column, an entity's rows, and how it tells."""

    origin: str
    at: str
    rows: Callable[[Mirrored], QuerySet[Any]]
    tell: Callable[[Any], Entry]


def _acts(row: Mirrored) -> QuerySet[Any]:
    return AuditEntry.objects.filter(object_kind=row.KIND, object_id=str(row.pk))


def _opening(row: Mirrored) -> QuerySet[Any]:
    """What was done for an account while there was only its customer.

    Nothing was asked for an account before the operation that opened it, so that is its first.
    """
    if not isinstance(row, Account):
        return AuditEntry.objects.none()
    first = Subquery(row.operations.order_by("pk").values("pk")[:1])
    return AuditEntry.objects.filter(operation=first, object_kind=EntityKind.CUSTOMER)


def _act(act: AuditEntry) -> Entry:
    return Entry(
        at=act.at,
        origin="people" if act.actor_name != SYSTEM else "operation",
        who=act.actor_name,
        what=act.action,
        record=act,
        why=act.reason,
        result=act.result,
        operation=act.operation_id,
        changes=_pairs(act.before, act.after),
    )


def _pairs(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    names = sorted(before.keys() | after.keys())
    pairs = {name: [before.get(name), after.get(name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _snapshots(row: Mirrored) -> QuerySet[Any]:
    return Snapshot.objects.filter(entity_kind=row.KIND, entity_id=row.pk)


def _change(snapshot: Snapshot) -> Entry:
    return Entry(
        at=snapshot.recorded_at,
        origin="provider",
        who="provider",
        what=say("changed, {status}", status=snapshot.status)
        if snapshot.changed
        else say("first seen, {status}", status=snapshot.status),
        record=snapshot,
        result=say("learnt from {source}", source=Source(snapshot.source).label),
        operation=snapshot.operation_id,
        changes=snapshot.changed,
    )


def _own_events(row: Mirrored) -> QuerySet[Any]:
    return WebhookEvent.objects.filter(entity_kind=row.KIND, entity_id=row.pk).defer("body")


def _events_of_account(row: Mirrored) -> QuerySet[Any]:
    """What came about an account's cards, authorisations and transactions."""
    if not isinstance(row, Account):
        return WebhookEvent.objects.none()
    events = WebhookEvent.objects.filter(account_id=row.pk).defer("body")
    return events.exclude(entity_kind=EntityKind.ACCOUNT)


def _event(event: WebhookEvent) -> Entry:
    return Entry(
        at=event.received_at,
        origin="webhook",
        who="webhook",
        what=f"{event.type} {event.claimed_status}".strip(),
        record=event,
        result=_delivered(event),
    )


def _delivered(event: WebhookEvent) -> str:
    times = (
        say("delivered {number} times", number=event.deliveries)
        if event.deliveries > 1
        else say("delivered once")
    )
    state = english(WebhookEvent.State(event.state).label)
    return f"{times}; {state}" + (f": {event.note}" if event.note else "")


def _drifts(row: Mirrored) -> QuerySet[Any]:
    """What full comparisons found; the change itself is told with its snapshot.

    What was only looked at is left out, and what goes on being contradicted is told elsewhere.
    """
    found = Drift.objects.filter(entity_kind=row.KIND, entity_id=row.pk)
    told = found.filter(outcome__in=("", "created", "updated"))
    return told.exclude(reconciliation__state=Reconciliation.State.CHECKED)


def _drift(drift: Drift) -> Entry:
    webhook = say("a webhook told of it") if drift.event_id else say("no webhook came")
    taken = say("taken over") if drift.outcome else say("not taken over")
    return Entry(
        at=drift.asked_at,
        origin="comparison",
        who="comparison",
        what=say("a full comparison found that {found}", found=FOUND[Drift.What(drift.what)]),
        record=drift,
        result=f"{taken}; {webhook}",
        changes=drift.changed,
    )


# The order decides which of two entries of the same instant comes first: the later strand.
STRANDS = (
    Strand(WEBHOOKS, "received_at", _own_events, _event),
    Strand(WEBHOOKS, "received_at", _events_of_account, _event),
    Strand(COMPARISONS, "asked_at", _drifts, _drift),
    Strand(PROVIDER, "recorded_at", _snapshots, _change),
    Strand(PEOPLE, "at", _opening, _act),
    Strand(PEOPLE, "at", _acts, _act),
)
