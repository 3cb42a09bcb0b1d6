"""Rows for the pages that only show: mirrored through the door, without a provider to ask."""

import base64
import json
import uuid
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from accounts_app import mirror
from accounts_app.models import Account, Card, Customer, Discrepancy, Source, WebhookEvent
from accounts_app.services import challenges, events
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


def contradiction(row: Account) -> Discrepancy:
    """Let the provider say that a closed account is active."""
    changed(row, status="active")
    return Discrepancy.objects.get(entity_id=row.pk, resolved_at=None)


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
    return WebhookEvent.objects.get(event_id=number)


def operations(row: Account, maker: User, number: int) -> None:
    """Let the maker ask and withdraw as often as told: each leaves an operation that has ended."""
    for _ in range(number):
        asked = factories.ask("close", row, maker)
        factories.operations.cancel(asked.pk, maker=maker)
