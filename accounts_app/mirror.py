"""THE door: the only module that writes mirrored rows, and the rule that decides whether to.

A row is replaced only by a provider answer that is newer, or equally new and asked for later. A
final state and an owner never change on the provider's word alone: that opens a discrepancy, and
two people decide whether the provider's word is taken.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction

from accounts_app import discrepancies
from accounts_app.discrepancies import Standing
from accounts_app.errors import ParentMissing
from accounts_app.models import (
    Account,
    Card,
    Customer,
    Mirrored,
    Operation,
    Snapshot,
    Source,
)
from accounts_app.offblocks import shapes

Shape = shapes.Customer | shapes.Account | shapes.Card
TIMES = ("createdAt", "updatedAt")
FURTHEST_AHEAD = timedelta(days=1)


class Outcome(Enum):
    """What came of showing a shape to the mirror."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "older than what we hold"
    CONTRADICTED = "contradicts what must not change"


@dataclass(frozen=True)
class Observation:
    """What the mirror made of a shape asked for then; `changed` maps field to [before, after].

    `kept` are the provider's names of the fields in which what we hold stayed, as people decided.
    """

    outcome: Outcome
    row: Mirrored
    shape: Shape
    asked_at: datetime
    changed: dict[str, list[Any]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()


def _customer_columns(shape: shapes.Customer) -> dict[str, Any]:
    return {"external_id": shape.external_id, "chain_id": shape.chain_id}


def _account_columns(shape: shapes.Account) -> dict[str, Any]:
    return {
        "customer_id": shape.customer_id,
        "type": shape.type,
        "currencies": ", ".join(shape.currencies)[:255],
        "chain_id": shape.chain_id or "",
    }


def _card_columns(shape: shapes.Card) -> dict[str, Any]:
    return {
        "account_id": shape.account_id,
        "type": shape.type,
        # The provider states no lengths; the snapshot keeps what a column cuts off.
        "name": (shape.name or "")[:255],
        "network": (shape.network or "")[:64],
        "masked_pan": (shape.masked_pan or "")[:32],
        "expiration_date": (shape.expiration_date or "")[:16],
    }


# shape -> its table, its own columns, the column that names its parent, the parent's table
TABLES: dict[type, tuple[type[Mirrored], Any, str, type[Mirrored] | None]] = {
    shapes.Customer: (Customer, _customer_columns, "", None),
    shapes.Account: (Account, _account_columns, "customer_id", Customer),
    shapes.Card: (Card, _card_columns, "account_id", Account),
}


def observe(
    shape: Shape, *, source: Source, asked_at: datetime, operation: Operation | None = None
) -> Observation:
    """Show one provider answer to the mirror and write what it newly tells, in one transaction.

    `asked_at` is when the request was sent. Showing the same answer twice changes nothing.
    Raises ParentMissing when the row it hangs from is not mirrored yet.
    """
    with transaction.atomic():
        model = TABLES[type(shape)][0]
        row = model.door.select_for_update(no_key=True).filter(pk=shape.id).first()
        if row is None:
            row = _create(shape, source=source, asked_at=asked_at)
            if row is not None:
                changed = _record(row, shape, source, asked_at, operation, previous=None)
                return Observation(Outcome.CREATED, row, shape, asked_at, changed)
            # Somebody else created it between our look and our insert.
            row = model.door.select_for_update(no_key=True).get(pk=shape.id)
        return _compare(row, shape, source, asked_at, operation)


def _compare(
    row: Mirrored,
    shape: Shape,
    source: Source,
    asked_at: datetime,
    operation: Operation | None,
) -> Observation:
    if (shape.revision, asked_at) < (row.revision, row.asked_at):
        # Of two equally new answers the later asked wins; an older one never does. But a time that
        # has not come yet is wrong, and may not keep every right answer out until it comes.
        is_ahead = row.updated_at > asked_at + FURTHEST_AHEAD
        if not (is_ahead and asked_at > row.asked_at):
            return Observation(Outcome.STALE, row, shape, asked_at)
    standing = discrepancies.weigh(row, _broken(row, shape))
    if Standing.OPEN in standing.values() and Standing.FOLLOWED not in standing.values():
        return Observation(Outcome.CONTRADICTED, row, shape, asked_at)
    digest = digest_of(shape)
    same = digest == row.digest
    previous = None if same else _last_representation(row)
    columns = columns_of(shape, source=source, asked_at=asked_at, digest=digest)
    kept = _kept(row, standing)
    _write(row, columns | kept)
    if same:
        return Observation(Outcome.UNCHANGED, row, shape, asked_at)
    changed = _record(row, shape, source, asked_at, operation, previous=previous)
    fields = frozenset(discrepancies.FIELDS[what] for what in kept)
    return Observation(Outcome.UPDATED, row, shape, asked_at, changed, fields)


def _create(shape: Shape, *, source: Source, asked_at: datetime) -> Mirrored | None:
    """Insert the row; None when another process was faster."""
    model, _, parent_column, parent_model = TABLES[type(shape)]
    columns = columns_of(shape, source=source, asked_at=asked_at, digest=digest_of(shape))
    if parent_model and not parent_model.door.filter(pk=columns[parent_column]).exists():
        raise ParentMissing(f"{model.__name__} {shape.id} hangs from a row that is not mirrored.")
    row = model(id=shape.id, **columns)
    try:
        with transaction.atomic():
            model.door.bulk_create([row])
    except IntegrityError:
        return None
    return row


def _write(row: Mirrored, columns: dict[str, Any]) -> None:
    type(row).door.filter(pk=row.pk).update(**columns)
    for name, value in columns.items():
        setattr(row, name, value)


def columns_of(shape: Shape, *, source: Source, asked_at: datetime, digest: str) -> dict[str, Any]:
    """Return the columns that the shape gives its row, id excepted."""
    return {
        "status": shape.status,
        "created_at": shape.created_at,
        "updated_at": shape.updated_at,
        "updated_at_text": shape.updated_at_text,
        "revision": shape.revision,
        "asked_at": asked_at,
        "digest": digest,
        "source": source,
        **TABLES[type(shape)][1](shape),
    }


def normalised(shape: Shape) -> dict[str, Any]:
    """Return the representation with its times at microseconds.

    The provider spells the same instant with six digits in GET answers and nine elsewhere.
    """
    times = {"createdAt": shape.created_at.isoformat(), "updatedAt": shape.updated_at.isoformat()}
    return {**shape.representation, **times}


def digest_of(shape: Shape) -> str:
    """Return SHA-256, hex, of the normalised representation."""
    canonical = json.dumps(normalised(shape), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _last_representation(row: Mirrored) -> dict[str, Any]:
    last = Snapshot.objects.filter(entity_kind=row.KIND, entity_id=row.pk).first()
    return json.loads(last.representation) if last else {}


def _record(  # noqa: PLR0913 -- the parts of a snapshot
    row: Mirrored,
    shape: Shape,
    source: Source,
    asked_at: datetime,
    operation: Operation | None,
    *,
    previous: dict[str, Any] | None,
) -> dict[str, list[Any]]:
    """Add the snapshot; return what differs from the one before."""
    changed = {} if previous is None else difference(previous, shape.representation)
    Snapshot.objects.create(
        entity_kind=row.KIND,
        entity_id=row.pk,
        representation=json.dumps(shape.representation, ensure_ascii=False),
        digest=row.digest,
        status=shape.status,
        revision=shape.revision,
        source=source,
        operation=operation,
        changed=changed,
        asked_at=asked_at,
    )
    return changed


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Map each field that two representations disagree about, times excepted, to both values."""
    names = sorted((before.keys() | after.keys()) - set(TIMES))
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }


def _broken(row: Mirrored, shape: Shape) -> dict[str, tuple[str, str]]:
    """Return the facts that must not change and do by this answer: what we hold, what it tells."""
    columns = TABLES[type(shape)][1](shape)
    parent = TABLES[type(shape)][2]
    facts = {parent: (str(getattr(row, parent)), str(columns[parent]))} if parent else {}
    if row.is_final:
        facts["status"] = (row.status, shape.status)
    return {what: pair for what, pair in facts.items() if pair[0] != pair[1]}


def _kept(row: Mirrored, standing: dict[str, Standing]) -> dict[str, Any]:
    """Return the columns in which our value stays although the answer tells another."""
    held = [what for what, stands in standing.items() if stands is not Standing.FOLLOWED]
    return {what: getattr(row, what) for what in held}
