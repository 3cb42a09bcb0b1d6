"""Rows for the pages that only show: mirrored through the door, without a provider to ask."""

import base64
import json
import uuid
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from accounts_app import audit, mirror
from accounts_app.models import (
    Account,
    Batch,
    Card,
    Customer,
    Discrepancy,
    Drift,
    EntityKind,
    Pause,
    Reconciliation,
    Resolution,
    Source,
    WebhookEvent,
)
from accounts_app.reconciliation import drifts
from accounts_app.reconciliation.plan import Difference
from accounts_app.services import batches, challenges, events, pausing, resolutions
from accounts_app.services.batches import AskedForMany, Chosen
from tests import factories

LATER = "2026-05-01T09:00:00.000000Z"


def _observe(shape: Any) -> Any:
    return mirror.observe(shape, source=Source.SYNC, asked_at=timezone.now()).row


def customer(**fields: Any) -> Customer:
    """Mirror a customer; fields in the provider's spelling."""
    return _observe(factories.customer_shape(**fields))


def account(owner: Customer | None = None, **fields: Any) -> Account:
    """Mirror an account, of a new customer unless one is given."""
    owner = owner or customer()
    return _observe(factories.account_shape(customerId=str(owner.pk), **fields))


def card(holder: Account, **fields: Any) -> Card:
    """Mirror a card."""
    return _observe(factories.card_shape(accountId=str(holder.pk), **fields))


def changed(row: Account, **fields: Any) -> Account:
    """Let the provider tell something newer about an account."""
    told = {"id": str(row.pk), "customerId": str(row.customer_id), "updatedAt": LATER, **fields}
    return _observe(factories.account_shape(**told))


def observe_anew(row: Customer | Card, **fields: Any) -> Customer | Card:
    """Let the provider tell something newer about a customer or a card."""
    told = {"id": str(row.pk), "updatedAt": LATER, **fields}
    if isinstance(row, Card):
        return _observe(factories.card_shape(accountId=str(row.account_id), **told))
    return _observe(factories.customer_shape(**told))


def contradiction(row: Account) -> Discrepancy:
    """Let the provider say that a closed account is active."""
    changed(row, status="active")
    return Discrepancy.objects.get(entity_id=row.pk, resolved_at=None)


def proposal(subject: Any, verdict: str, proposer: User, **entries: Any) -> Resolution:
    """Let a person propose how something ends."""
    words = "Support, ticket 4711, Jane Doe, 12 May 14:05 <script>alert(1)</script>"
    entries = {"evidence": words, "form_number": uuid.uuid4(), **entries}
    return resolutions.propose(subject, verdict, proposer=proposer, **entries)


def challenge(row: Account, text: str = "Please sign: 42") -> None:
    """Let a challenge wait for the account's owner."""
    encoded = base64.b64encode(text.encode()).decode()
    challenges.keep(row, encoded, received_at=timezone.now())


def event(row: Account, body: bytes | None = None, **fields: Any) -> WebhookEvent:
    """Receive a webhook event about an account."""
    number = str(uuid.uuid4())
    told = {
        "event_id": number,
        "type": "account.updated",
        "entity_kind": "account",
        "entity_id": row.pk,
        "account_id": row.pk,
        "status": row.status,
        "revision": None,
        **fields,
    }
    raw = body or json.dumps({"eventId": number, "id": str(row.pk)}).encode()
    events.receive(raw, events.Envelope(**told))
    return WebhookEvent.objects.filter(event_id=told["event_id"]).latest("pk")


def operations(row: Account, maker: User, number: int) -> None:
    """Let the maker ask and withdraw as often as told: each leaves an operation that has ended."""
    for _ in range(number):
        asked = factories.ask("close", row, maker)
        factories.operations.cancel(asked.pk, maker=maker)


def comparison(
    row: Account, state: str = "held", event: WebhookEvent | None = None, **told: Any
) -> Reconciliation:
    """Keep a comparison that found the account, and a customer we do not have, to be different."""
    told = {"status": "inactive", "updatedAt": LATER, **told}
    told |= {"id": str(row.pk), "customerId": str(row.customer_id)}
    now, newer, unknown = (
        timezone.now(),
        factories.account_shape(**told),
        factories.customer_shape(),
    )
    made = Reconciliation.objects.create(
        trigger="schedule",
        starter=audit.system_user(),
        state=state,
        started_at=now,
        ended_at=now,
        digest=str(row.pk),
        why_held="Accounts: 1 different, where the mirror holds 1." if state == "held" else "",
        counts={
            "customer": {
                "mirrored": 1,
                "listed": 2,
                "missing_here": 1,
                "differs": 0,
                "missing_there": 0,
            },
            "account": {
                "mirrored": 1,
                "listed": 1,
                "missing_here": 0,
                "differs": 1,
                "missing_there": 0,
            },
        },
    )
    what = Drift.What
    differences = [
        Difference(EntityKind.CUSTOMER, unknown.id, what.MISSING_HERE, unknown, now),
        Difference(EntityKind.ACCOUNT, row.pk, what.DIFFERS, newer, now),
    ]
    drifts.keep(made, differences)
    Drift.objects.filter(reconciliation=made, what=what.DIFFERS).update(event=event)
    return made


def batch(rows: list[Any], maker: User, kind: str = "deactivate", **entries: Any) -> Batch:
    """Let a person ask for one thing about many rows."""
    chosen = tuple(Chosen(row.pk, row.revision) for row in rows)
    entries = {"reason": "Pattern 17", "form_number": uuid.uuid4(), **entries}
    asked = AskedForMany(Batch.Kind(kind), rows[0].KIND, chosen, **entries)
    return batches.request(asked, maker=maker)


def pause(person: User) -> Pause:
    """Keep a pause of sending that is over."""
    made = pausing.pause(Pause.Cause.HAND, "<b>Something</b> looks wrong", person=person)
    over = {"ended_at": timezone.now(), "ended_by": person, "end_reason": "All is well"}
    Pause.objects.filter(pk=made.pk).update(**over)
    return made
