"""What happens at the provider behind our back, and comparisons that find it."""

import uuid
from typing import Any

from accounts_app.models import Drift, Reconciliation
from accounts_app.reconciliation import run
from sandbox.server import Sandbox

Trigger = Reconciliation.Trigger


def compared(**options: Any) -> Reconciliation:
    """Make a full comparison by schedule and return it as the database has it."""
    made = run.run(Trigger.SCHEDULE, **options)
    return Reconciliation.objects.get(pk=made.pk)


def forget(sandbox: Sandbox, *ids: uuid.UUID) -> None:
    """Let the provider lose these entities for good."""
    for id in ids:
        sandbox.world.entities._store.rows("DELETE FROM entities WHERE id = ?", str(id))


def unheard(sandbox: Sandbox, kind: str, id: uuid.UUID, status: str) -> None:
    """Let the provider change something, and its webhook be lost."""
    sandbox.world.change(kind, str(id), status)
    sandbox.deliveries.take()


def found(reconciliation: Reconciliation) -> list[tuple[str, str, str]]:
    """Return kind, sort and outcome of each difference, in the order it was found."""
    rows = Drift.objects.filter(reconciliation=reconciliation).order_by("pk")
    return [(row.entity_kind, row.what, row.outcome) for row in rows]
