"""What of a delivery decides where it goes. All else is ignored here and kept in the raw bytes."""

import uuid
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


class Anything(serializers.Field[Any, Any, Any, Any]):
    """A value of any sort, or none; what it may be worth is judged later."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class EnvelopeSerializer(serializers.Serializer[Envelope]):
    """The members every event has, by the provider's names ("Webhooks")."""

    webhookType = serializers.CharField(max_length=64)
    eventId = serializers.UUIDField()
    id = Anything(default=None, allow_null=True)
    # Odd values of these never cost us the event: reading the entity tells the truth anyway.
    accountId = Anything(default=None, allow_null=True)
    status = Anything(default=None, allow_null=True)
    updatedAt = Anything(default=None, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand an id where we are to read the entity; a type we do not know may lack one."""
        attrs["id"] = _uuid(attrs["id"])
        if attrs["id"] is None and _kind(attrs) in MIRRORED:
            raise serializers.ValidationError({"id": "not a UUID"})
        return attrs


# One for all deliveries: to make its fields anew takes longer than to check a delivery by them.
_EVENTS = EnvelopeSerializer()


def envelope_of(body: bytes) -> Envelope:
    """Parse an authentic body strictly; refuse (400) what is not an event."""
    try:
        document = parse_json(body)
    except Unreadable as unreadable:
        raise ParseError(unreadable.message) from unreadable
    try:
        members = _EVENTS.run_validation(document)
    except serializers.ValidationError as error:
        wrong = error.detail if isinstance(error.detail, dict) else ["no members"]
        raise ParseError(f"This is not an event: {', '.join(sorted(wrong))}.") from error
    return _envelope(members)


def _envelope(members: dict[str, Any]) -> Envelope:
    kind, status = _kind(members), members["status"]
    return Envelope(
        event_id=str(members["eventId"]),
        type=members["webhookType"],
        entity_kind=kind,
        entity_id=members["id"],
        account_id=_uuid(members["accountId"]) if kind in OF_AN_ACCOUNT else None,
        status=status[:64] if isinstance(status, str) else "",
        revision=_revision(members["updatedAt"]),
    )


def _kind(members: dict[str, Any]) -> str:
    """Return what the type is about: `customer` of `customer.updated`."""
    return str(members["webhookType"]).partition(".")[0][:16]


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
