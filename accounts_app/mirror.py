"""THE door: the only module that writes mirrored rows, and the rule that decides whether to.

A row is replaced only by a provider answer that is newer, or equally new and asked for later. A
final state and an owner never change on the provider's word alone: that opens a discrepancy, and
two people decide whether the provider's word is taken.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from accounts_app import discrepancies
from accounts_app.discrepancies import Standing
from accounts_app.errors import ParentMissing
from accounts_app.models import Mirrored, Operation, Snapshot, Source
from accounts_app.representations import TABLES, Shape, columns_of, difference, digest_of

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


def create(answers: Sequence[Shape], *, source: Source, asked_at: datetime) -> set[UUID]:
    """Mirror what is new of many answers about one kind, in one transaction; return its ids.

    Everything else is left for `observe`: what is mirrored already, what hangs from a row that is
    not, a second answer about an entity; and all of it where the database takes any of it amiss,
    because another process was faster or the answer is odd.
    """
    new = _new_among(answers)
    rows = [_row_of(shape, source, asked_at) for shape in new]
    try:
        with transaction.atomic():
            TABLES[type(answers[0])][0].door.bulk_create(rows)
            Snapshot.objects.bulk_create(
                _snapshot(row, shape, source, asked_at)
                for row, shape in zip(rows, new, strict=True)
            )
    except DatabaseError:
        return set()
    return {row.pk for row in rows}


def recognise(model: type[Mirrored], equal: Iterable[tuple[UUID, str, str]]) -> None:
    """Note of rows the digest of a list's entry that was found equal to them.

    Each comes with the row's own digest: what was changed since stays unrecognised.
    """
    with transaction.atomic():
        for id, digest, listed_digest in equal:
            row = model.door.filter(pk=id, digest=digest)
            row.update(listed_digest=listed_digest)


def _new_among(answers: Sequence[Shape]) -> list[Shape]:
    """Return the first answer about each entity that is new and whose parent is mirrored.

    In the order of their numbers: of two processes that create the same one waits for the other,
    and never each for both.
    """
    model, _, parent, parent_model = TABLES[type(answers[0])]
    first = {shape.id: shape for shape in reversed(answers)}
    new = [first[id] for id in sorted(first.keys() - _mirrored(model, first))]
    if parent_model is None:
        return new
    parents = _mirrored(parent_model, {getattr(shape, parent) for shape in new})
    return [shape for shape in new if getattr(shape, parent) in parents]


def _mirrored(model: type[Mirrored], ids: Iterable[UUID]) -> set[UUID]:
    return set(model.door.filter(pk__in=ids).order_by().values_list("pk", flat=True))


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
    if not same:
        columns["listed_digest"] = ""
    kept = _kept(row, standing)
    _write(row, columns | kept)
    if same:
        return Observation(Outcome.UNCHANGED, row, shape, asked_at)
    changed = _record(row, shape, source, asked_at, operation, previous=previous)
    fields = frozenset(discrepancies.FIELDS[what] for what in kept)
    return Observation(Outcome.UPDATED, row, shape, asked_at, changed, fields)


def _create(shape: Shape, *, source: Source, asked_at: datetime) -> Mirrored | None:
    """Insert the row; None when another process was faster."""
    model, _, parent, parent_model = TABLES[type(shape)]
    if parent_model and not parent_model.door.filter(pk=getattr(shape, parent)).exists():
        raise ParentMissing(f"{model.__name__} {shape.id} hangs from a row that is not mirrored.")
    row = _row_of(shape, source, asked_at)
    try:
        with transaction.atomic():
            model.door.bulk_create([row])
    except IntegrityError:
        return None
    return row


def _row_of(shape: Shape, source: Source, asked_at: datetime) -> Mirrored:
    """Return the row of a new entity, not saved yet."""
    columns = columns_of(shape, source=source, asked_at=asked_at, digest=digest_of(shape))
    return TABLES[type(shape)][0](id=shape.id, **columns)


def _write(row: Mirrored, columns: dict[str, Any]) -> None:
    type(row).door.filter(pk=row.pk).update(**columns)
    for name, value in columns.items():
        setattr(row, name, value)


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
    snapshot = _snapshot(row, shape, source, asked_at)
    snapshot.operation, snapshot.changed = operation, changed
    snapshot.save(force_insert=True)
    return changed


def _snapshot(row: Mirrored, shape: Shape, source: Source, asked_at: datetime) -> Snapshot:
    """Return what is kept of an answer that changed nothing we held, not saved yet."""
    return Snapshot(
        entity_kind=row.KIND,
        entity_id=row.pk,
        representation=json.dumps(shape.representation, ensure_ascii=False),
        digest=row.digest,
        status=shape.status,
        revision=shape.revision,
        source=source,
        asked_at=asked_at,
    )


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
