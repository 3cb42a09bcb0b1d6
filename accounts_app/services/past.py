"""What we knew at a moment of the past: the last representation we had recorded until then.

It is our own knowledge, by the time we wrote it down: the provider may have changed the entity
earlier than we learnt of it. Nothing is asked and nothing is written.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts_app import discrepancies, representations
from accounts_app.models import (
    Account,
    AuditEntry,
    Card,
    Customer,
    Discrepancy,
    Mirrored,
    Resolution,
    Snapshot,
    Source,
)
from accounts_app.offblocks import shapes

SHAPES: dict[type[Mirrored], Any] = {
    Customer: shapes.Customer,
    Account: shapes.Account,
    Card: shapes.Card,
}


@dataclass(frozen=True)
class Known:
    """A row as it was known then, never to be saved, and the snapshot that tells so."""

    row: Any
    snapshot: Snapshot


@dataclass(frozen=True)
class Past:
    """An entity at a moment, what it hung from, what hung from it, and what was contradicted.

    `itself` is None when we did not know it yet.
    """

    at: datetime
    itself: Known | None
    customer: Known | None
    account: Known | None
    accounts: list[Known]
    cards: list[Known]
    contradictions: list[Discrepancy]


def look(row: Mirrored, at: datetime) -> Past:
    """Return what we knew of an entity, of its customer and account, and of what hung from it."""
    itself = _one(type(row), row.pk, at)
    account = customer = None
    accounts: list[Known] = []
    cards: list[Known] = []
    if itself:
        account = _one(Account, itself.row.account_id, at) if isinstance(row, Card) else None
        owner = account.row if account else itself.row
        if not isinstance(row, Customer):
            customer = _one(Customer, getattr(owner, "customer_id", None), at)
        else:
            accounts = _under(Account.objects.filter(customer=row.pk), at, customer_id=row.pk)
        if isinstance(row, Account):
            cards = _under(Card.objects.filter(account=row.pk), at, account_id=row.pk)
    return Past(at, itself, customer, account, accounts, cards, _contradicted(row, at))


def first_known(row: Mirrored) -> datetime | None:
    """Return when the first representation of an entity was recorded."""
    snapshots = _snapshots(row.KIND, row.pk).order_by("recorded_at", "id")
    return snapshots.values_list("recorded_at", flat=True).first()


def _snapshots(kind: str, id: Any) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(entity_kind=kind, entity_id=id)


def _one(model: type[Mirrored], id: UUID | None, at: datetime) -> Known | None:
    until = _snapshots(model.KIND, id).filter(recorded_at__lte=at)
    last = until.order_by("-recorded_at", "-id").first()
    return _held(_known(model, last), at) if last else None


def _under(rows: QuerySet[Any], at: datetime, **parent: UUID) -> list[Known]:
    """Return what hung from a row then; who hangs from it now is where to look."""
    model = rows.model
    until = _snapshots(model.KIND, OuterRef("pk")).filter(recorded_at__lte=at)
    last = until.order_by("-recorded_at", "-id").values("pk")[:1]
    numbers = rows.order_by().annotate(last=Subquery(last)).values("last")
    known = [_known(model, snapshot) for snapshot in Snapshot.objects.filter(pk__in=numbers)]
    (column, id), *_ = parent.items()
    hung = [one for one in known if getattr(one.row, column) == id]
    return sorted(hung, key=lambda one: (one.row.created_at, str(one.row.pk)), reverse=True)


def _known(model: type[Mirrored], snapshot: Snapshot) -> Known:
    shape: Any = shapes.shape_of(SHAPES[model], json.loads(snapshot.representation))
    columns = representations.columns_of(
        shape, source=Source(snapshot.source), asked_at=snapshot.asked_at, digest=snapshot.digest
    )
    return Known(model(id=snapshot.entity_id, **columns), snapshot)


def _held(known: Known, at: datetime) -> Known:
    """Put back what two people had decided, by then, to hold against the provider's word."""
    told = json.loads(known.snapshot.representation)
    row = known.row
    decided = Discrepancy.objects.filter(
        entity_kind=row.KIND,
        entity_id=row.pk,
        resolved_at__lte=at,
        what__in=discrepancies.FIELDS,
    )
    for what, last in _last_by_fact(decided.order_by("pk")).items():
        is_said = str(told.get(discrepancies.FIELDS[what])) == last.told
        if last.verdict == Resolution.Verdict.KEEP and is_said:
            setattr(row, what, row._meta.get_field(what).to_python(last.held))
    return known


def _last_by_fact(found: Iterable[Discrepancy]) -> dict[str, Discrepancy]:
    return {one.what: one for one in found}


def _contradicted(row: Mirrored, at: datetime) -> list[Discrepancy]:
    """List what the provider contradicted itself about at that moment."""
    found = Discrepancy.objects.filter(opened([row.pk], at), entity_kind=row.KIND, entity_id=row.pk)
    return list(found.filter(Q(resolved_at=None) | Q(resolved_at__gt=at)))


def opened(ids: Iterable[UUID], until: datetime) -> Q:
    """Return what narrows discrepancies of these entities to those that were open by then.

    One about which the provider has said something else since was found anew; that it was open
    before, the audit tells.
    """
    entries = AuditEntry.objects.filter(
        object_kind__in=discrepancies.TABLES,
        object_id__in=[str(id) for id in ids],
        action="discrepancy.opened",
        at__lte=until,
    )
    numbers = [after["discrepancy"] for after in entries.values_list("after", flat=True)]
    return Q(found_at__lte=until) | Q(pk__in=numbers)
