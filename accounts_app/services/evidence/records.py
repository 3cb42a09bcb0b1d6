"""How a row is written into a pack: plain values under the names of its columns."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from accounts_app.models import Challenge, Operation, WebhookEvent
from accounts_app.services import signatures

TAIL = 8
# What only the programme needs to go on with the row; it tells nothing of what happened.
INTERNAL = {"lease_number", "lease_until", "next_at", "form_number", "open_answers"}


def canonical(value: Any) -> str:
    """Write JSON in the one way that counts: sorted keys, no spaces, no escapes beyond need."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def of(row: Model, **more: Any) -> dict[str, Any]:
    """Return a row's columns; of a person the name as well. `more` is added, or replaces."""
    record: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in INTERNAL:
            continue
        record[field.attname] = plain(getattr(row, field.attname))
        if field.related_model is User and getattr(row, field.attname):
            record[field.name] = getattr(row, field.name).get_username()
    return record | more


def plain(value: Any) -> Any:
    """Return what JSON can hold; times in UTC to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | uuid.UUID):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def of_operation(row: Operation) -> dict[str, Any]:
    """Return an operation; of a signature its digest and its end, of its challenge neither.

    So also while it is open: the whole could still be sent.
    """
    is_signature = signatures.SIGNATURE in row.fields
    return of(
        row,
        body=None if is_signature else text(bytes(row.body)),
        body_sha256=signatures.body_digest(row),
        fields=signatures.reduced(row.fields),
    )


def of_challenge(row: Challenge) -> dict[str, Any]:
    """Return a challenge by its digest and its end: the whole could still be signed."""
    return of(row, text=f"…{row.text[-TAIL:]}")


def of_event(row: WebhookEvent) -> dict[str, Any]:
    """Return a webhook event with what was delivered, word for word."""
    body = bytes(row.body)
    return of(row, body=text(body), body_sha256=sha256(body))


def text(raw: bytes) -> str:
    """Return bytes as text; what is not UTF-8 is spelt out."""
    return raw.decode("utf-8", "backslashreplace")


def sha256(raw: bytes) -> str:
    """Return a digest in hex."""
    return hashlib.sha256(raw).hexdigest()
