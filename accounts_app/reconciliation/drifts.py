"""Differences as rows, and taking them over through the door."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from accounts_app import clock, discrepancies, mirror, representations
from accounts_app.errors import ParentMissing
from accounts_app.models import (
    Discrepancy,
    Drift,
    EntityKind,
    Reconciliation,
    Snapshot,
    Source,
    WebhookEvent,
)
from accounts_app.offblocks import shapes
from accounts_app.reconciliation.plan import Difference, What
from accounts_app.reconciliation.window import TABLES
from accounts_app.representations import Shape
from accounts_app.sentences import say
from accounts_app.services import refresh

BATCH = 500
# The provider gives an event up after a day; one that is later than two is not waited for.
LATE_WEBHOOKS = timedelta(days=2)
SHAPES: dict[str, type[Shape]] = {
    EntityKind.CUSTOMER: shapes.Customer,
    EntityKind.ACCOUNT: shapes.Account,
    EntityKind.CARD: shapes.Card,
}


class Outcome(StrEnum):
    """What came of taking a difference over, as a drift keeps it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CONTRADICTED = "contradicted"
    KNOWN = "known"
    PARENTLESS = "parentless"


def row_of(reconciliation: Reconciliation, difference: Difference) -> Drift:
    """Return the row that keeps a difference, not saved yet; read it before it is taken over."""
    shape = difference.shape
    representation = shape.representation if shape else {}
    return Drift(
        reconciliation=reconciliation,
        entity_kind=difference.kind,
        entity_id=difference.id,
        what=difference.what,
        changed=_changed(difference),
        representation=json.dumps(representation, ensure_ascii=False) if shape else "",
        asked_at=difference.asked_at,
        since=shape.updated_at if shape else None,
        event=_event_for(difference.kind, difference.id, shape.revision) if shape else None,
    )


def keep(reconciliation: Reconciliation, differences: Iterable[Difference]) -> None:
    """Keep a plan's differences as rows without taking any over."""
    rows = (row_of(reconciliation, difference) for difference in differences)
    Drift.objects.bulk_create(rows, batch_size=BATCH)


def difference_of(drift: Drift) -> Difference:
    """Return the difference that a row keeps."""
    kind, shape = EntityKind(drift.entity_kind), None
    if drift.representation:
        shape = shapes.shape_of(SHAPES[kind], json.loads(drift.representation))
    is_doubtful = shape is None
    return Difference(kind, drift.entity_id, What(drift.what), shape, drift.asked_at, is_doubtful)


def take_over(difference: Difference, keep: Callable[[Outcome | None], None]) -> None:
    """Show a difference to the mirror and `keep` what came of it, in one transaction.

    The outcome is None when the mirror has learnt better since the provider was asked. What the
    provider does not know any more opens a discrepancy. Provider errors pass through: a child whose
    parent is not mirrored yet is read by itself, parents first. KNOWN is a contradiction that was
    found before, whether people have acknowledged it or are still to: nothing is told of it anew.
    """
    try:
        with transaction.atomic():
            keep(_taken_over(difference))
    except ParentMissing:
        # No transaction is open during a call.
        observation = refresh.READERS[difference.kind](difference.id, source=Source.SYNC)
        keep(Outcome[observation.outcome.name] if observation else Outcome.PARENTLESS)


def _taken_over(difference: Difference) -> Outcome | None:
    before = _waiting(difference)
    outcome = _shown(difference) if difference.shape else _report_missing(difference)
    if outcome is Outcome.CONTRADICTED and _waiting(difference) == before:
        return Outcome.KNOWN
    return outcome


def _waiting(difference: Difference) -> list[Any]:
    """Return what is open about the entity: a contradiction that is no news leaves it as it is."""
    found = Discrepancy.objects.filter(entity_id=difference.id, resolved_at=None)
    return list(found.order_by("pk").values_list("pk", "told", "agreed_at"))


def _shown(difference: Difference) -> Outcome | None:
    assert difference.shape is not None, "what is missing has none"  # noqa: S101
    observation = mirror.observe(difference.shape, source=Source.SYNC, asked_at=difference.asked_at)
    outcome = Outcome[observation.outcome.name]
    if observation.kept and not observation.changed.keys() - observation.kept:
        # All that differs is what two people decided to live with.
        return Outcome.KNOWN
    is_news = observation.row.asked_at > difference.asked_at
    return None if outcome == Outcome.STALE and is_news else outcome


def _report_missing(difference: Difference) -> Outcome | None:
    row = TABLES[difference.kind].objects.filter(pk=difference.id).first()
    if row is None or row.asked_at > difference.asked_at:
        return None
    told = say("not known to the provider")
    discrepancies.open(difference.kind, difference.id, discrepancies.EXISTENCE, row.status, told)
    return Outcome.CONTRADICTED


def _changed(difference: Difference) -> dict[str, list[Any]]:
    if difference.what != What.DIFFERS or difference.shape is None:
        return {}
    last = Snapshot.objects.filter(entity_kind=difference.kind, entity_id=difference.id).first()
    held = json.loads(last.representation) if last else {}
    changed = representations.difference(held, difference.shape.representation)
    # What people decided to live with is no difference: the mirror goes on holding its own.
    return {name: pair for name, pair in changed.items() if name not in _lived_with(difference)}


def _lived_with(difference: Difference) -> set[str]:
    known = discrepancies.acknowledged(entity_kind=difference.kind, entity_id=difference.id)
    return {discrepancies.FIELDS.get(found.what, "") for found in known}


def _event_for(kind: str, id: Any, revision: int) -> WebhookEvent | None:
    """Return the first webhook that told of this state of the entity, or of a later one."""
    told = WebhookEvent.objects.filter(
        entity_kind=kind, entity_id=id, claimed_revision__gte=revision
    )
    return told.order_by("pk").defer("body").first()


def credit_late_webhooks() -> None:
    """Write into earlier differences the webhooks that came after all."""
    since = clock.now() - LATE_WEBHOOKS
    came = WebhookEvent.objects.filter(received_at__gte=since).values("entity_id")
    untold = Drift.objects.filter(
        event=None, reconciliation__started_at__gte=since, entity_id__in=came
    ).exclude(representation="")
    for drift in untold:
        shape = difference_of(drift).shape
        event = _event_for(drift.entity_kind, drift.entity_id, shape.revision) if shape else None
        if event:
            Drift.objects.filter(pk=drift.pk).update(event=event)
