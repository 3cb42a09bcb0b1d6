"""Everything a run leaves behind, as one number: to be compared between runs and databases."""

import hashlib
import json
from typing import TYPE_CHECKING

from accounts_app.models import (
    Account,
    AuditEntry,
    Card,
    Challenge,
    Customer,
    Discrepancy,
    Operation,
    WebhookEvent,
)

if TYPE_CHECKING:
    from tests.simulation.office import Office


def digest(office: "Office") -> str:
    """SHA-256 of everything that a run leaves behind, the same on every database."""
    told = [
        [
            [row.kind, row.state, row.ambiguous, row.attempts_made, row.outcome, row.key]
            for row in Operation.objects.order_by("requested_at", "form_number")
        ],
        [
            [row.pk, row.status, row.revision, row.digest]
            for model in (Customer, Account, Card)
            for row in model.objects.order_by("pk")
        ],
        sorted([row.event_id, row.digest, row.state] for row in WebhookEvent.objects.all()),
        sorted([str(row.account_id), row.digest, row.state] for row in Challenge.objects.all()),
        sorted(
            [row.entity_id.hex, row.what, row.held, row.told] for row in Discrepancy.objects.all()
        ),
        list(AuditEntry.objects.order_by("sequence").values_list("action", "actor_name", "result")),
        [tuple(line)[1:] for line in office.provider.lines()],
    ]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()
