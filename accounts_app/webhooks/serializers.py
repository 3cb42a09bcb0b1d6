"""What of a delivery decides where it goes. All else is ignored here and kept in the raw bytes."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ParseError

from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.instants import Instant
from accounts_app.offblocks.strict_json import parse_json
from accounts_app.services.events import MIRRORED, Envelope

# Kinds whose events show on the timeline of the account they name.
OF_AN_ACCOUNT = frozenset({"card", "authorisation", "transaction"})
# The provider did not exist earlier, and a clock may be wrong by a day, not more.
EARLIEST = Instant.parse("2015-01-01T00:00:00Z").at
FURTHEST = timedelta(days=1)


class EventSerializer(serializers.Serializer[Any]):
    """The members that every event must have, by the provider's names ("Webhooks").

    What else it says may be odd: reading the entity tells the truth anyway.
    """

    webhookType = serializers.CharField(max_length=64)
    eventId = serializers.UUIDField()


# One for all deliveries: to make its fields anew takes longer than to check a delivery by them.
_EVENTS = EventSerializer()


def envelope_of(body: bytes) -> Envelope:
    """Parse an authentic body strictly; refuse (400) what is not an event.

    That is also one of a kind that we are to read, without a usable id to read it by.
    """
    try:
        document = parse_json(body)
    except Unreadable as unreadable:
        raise ParseError(unreadable.message) from unreadable
    try:
        members = _EVENTS.run_validation(document)
    except serializers.ValidationError as error:
        wrong = error.detail if isinstance(error.detail, dict) else ["no members"]
        raise _no_event(wrong) from error
    envelope = _envelope(members["webhookType"], str(members["eventId"]), document)
    if envelope.entity_id is None and envelope.entity_kind in MIRRORED:
        raise _no_event(["id"])
    return envelope


def _no_event(wrong: Iterable[str]) -> ParseError:
    return ParseError(f"This is not an event: {', '.join(sorted(wrong))}.")


def _envelope(type: str, event_id: str, document: dict[str, Any]) -> Envelope:
    kind, status = _kind(type), document.get("status")
    return Envelope(
        event_id=event_id,
        type=type,
        entity_kind=kind,
        entity_id=_uuid(document.get("id")),
        account_id=_uuid(document.get("accountId")) if kind in OF_AN_ACCOUNT else None,
        status=status[:64] if isinstance(status, str) else "",
        revision=_revision(document.get("updatedAt")),
    )


def _kind(type: str) -> str:
    """Return what the type is about: `customer` of `customer.updated`."""
    return type.partition(".")[0][:16]


def _uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _revision(value: object) -> int | None:
    """Return `updatedAt` in microseconds, or None when it is no time the provider can mean."""
    try:
        instant = Instant.parse(value)
    except ValueError:
        return None
    if not EARLIEST <= instant.at <= timezone.now() + FURTHEST:
        return None
    return instant.microseconds
