"""What the provider changed by itself about an operation's target while the operation was open."""

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts_app.admin.story import Change, changes_of
from accounts_app.models import Operation, Snapshot
from accounts_app.services.catalogue import KINDS
from accounts_app.services.transitions import asked_about

# Enough to see what goes on; the account's history has all of it.
LIMIT = 20
State = Operation.State
# What such an operation was sent for, if it was, came by another hand.
WITHOUT_EFFECT = (State.STALE, State.FAILED, State.NOT_APPLIED)


@dataclass(frozen=True)
class Beside:
    """One change that is not the operation's own: the provider's time of it, and what changed."""

    at: datetime
    learnt_from: str
    changes: list[Change]


def of(operation: Operation) -> list[Beside]:
    """Return the changes, oldest first; whoever read them, none of them is the effect asked for."""
    target = asked_about(operation)
    if target is None:
        return []
    snapshots = Snapshot.objects.filter(
        entity_kind=target.KIND, entity_id=target.pk, recorded_at__gte=operation.requested_at
    ).exclude(changed={})
    if operation.ended_at:
        snapshots = snapshots.filter(recorded_at__lte=operation.ended_at)
    others = [
        snapshot
        for snapshot in snapshots.order_by("id").defer("representation")[:LIMIT]
        if not _is_effect(operation, snapshot)
    ]
    return [_told(snapshot, operation) for snapshot in others]


def _is_effect(operation: Operation, snapshot: Snapshot) -> bool:
    """Whether it shows what the operation was sent for, also when a webhook told of it first."""
    if operation.first_sent_at is None or operation.state in WITHOUT_EFFECT:
        return False
    if snapshot.recorded_at < operation.first_sent_at:
        return False
    return "status" in snapshot.changed and snapshot.status in KINDS[operation.kind].proves


def _told(snapshot: Snapshot, operation: Operation) -> Beside:
    return Beside(
        # The provider's own time of change, not the time at which we happened to ask.
        at=datetime.fromtimestamp(snapshot.revision / 1_000_000, UTC),
        learnt_from=snapshot.get_source_display(),
        changes=changes_of(snapshot.changed, operation.customer_id),
    )
