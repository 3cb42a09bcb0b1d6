"""Authorisations that events told of: money reserved on an account's cards, collected or not yet.

The provider lists none for a programme or an account, so what no event told of is not here.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts_app.models import WebhookEvent
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.strict_json import parse_json

OPEN = frozenset({"pending", "capturing", "releasing"})
# The latest events that are looked through; an account has a few dozen a month.
LIMIT = 500


@dataclass(frozen=True)
class Authorisation:
    """One authorisation as the latest event about it told."""

    id: uuid.UUID
    status: str
    amount: str
    told_at: datetime


def open_on(accounts: list[uuid.UUID]) -> list[Authorisation]:
    """List the authorisations of these accounts that were not finished by what we were told."""
    events = WebhookEvent.objects.filter(account_id__in=accounts, entity_kind="authorisation")
    latest: dict[uuid.UUID, WebhookEvent] = {}
    for event in events.order_by("-id")[:LIMIT]:
        known = latest.get(event.entity_id) if event.entity_id else None
        if event.entity_id and (known is None or _is_later(event, known)):
            latest[event.entity_id] = event
    return [_told(event) for event in latest.values() if event.claimed_status in OPEN]


def _is_later(one: WebhookEvent, other: WebhookEvent) -> bool:
    """Whether one tells of a later moment than the other: events come in any order."""
    return (one.claimed_revision or 0) > (other.claimed_revision or 0)


def _told(event: WebhookEvent) -> Authorisation:
    body = _document(event.body)
    amount = f"{body.get('amount', '')} {body.get('currency', '')}".strip()
    assert event.entity_id, "an authorisation is told by its id"  # noqa: S101
    return Authorisation(event.entity_id, event.claimed_status, amount[:64], event.received_at)


def _document(body: Any) -> dict[str, Any]:
    try:
        document: dict[str, Any] = parse_json(bytes(body))
    except Unreadable:
        return {}
    return document
