"""An entity's timeline in words: the codes of audit entries and events, as staff say them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from accounts_app.admin import personal, words
from accounts_app.models import Operation
from accounts_app.services.catalogue import KINDS
from accounts_app.services.strands import Entry

ORIGINS = {
    "people": "Person",
    "provider": "Provider",
    "webhook": "Webhook",
    "operation": "Back-office",
    "comparison": "Comparison",
}
ACTS = ("people", "operation")
STEPS: dict[str, str] = {
    Operation.State.REQUESTED: "requested",
    Operation.State.APPROVED: "approved",
    Operation.State.SENDING: "being sent",
    Operation.State.ACCEPTED: "accepted by the provider",
    Operation.State.UNCERTAIN: "outcome unknown",
    Operation.State.NEEDS_HUMAN: "needs attention",
    Operation.State.SUCCEEDED: "done",
    Operation.State.FAILED: "refused by the provider",
    Operation.State.NOT_APPLIED: "not applied at the provider",
    Operation.State.REJECTED: "rejected",
    Operation.State.EXPIRED: "expired",
    Operation.State.STALE: "not sent",
    Operation.State.CANCELLED: "withdrawn",
    "reviewed": "reviewed by a second person",
}
# What an act keeps for the record and a reader of the story does not need.
SILENT = {
    *("operation", "revision", "cards", "accounts", "challenge_id", "checked_here"),
    *("challenge", "signature", "signature_sha256", "digest", "held", "told", "resolution"),
}


@dataclass(frozen=True)
class Change:
    """One fact, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One entry of the story, ready to be read."""

    at: datetime
    origin: str
    origin_name: str
    who: str
    what: str
    why: str
    result: str
    operation: int | None
    changes: list[Change]


def told(entry: Entry, customer_id: uuid.UUID | None) -> Line:
    """Put an entry of a customer's timeline into words."""
    return Line(
        at=entry.at,
        origin=entry.origin,
        origin_name=ORIGINS[entry.origin],
        who=entry.who if entry.who not in (entry.origin, "system") else "",
        what=_happened(entry),
        why="" if _repeats_its_reason(entry) else personal.raw(entry.why, customer_id),
        result=personal.raw(entry.result, customer_id),
        operation=entry.operation,
        changes=_changes(entry, customer_id),
    )


def _repeats_its_reason(entry: Entry) -> bool:
    """Whether it is a later step of an operation: the story tells its reason once."""
    name, _, step = entry.what.partition(".")
    return name in KINDS and step not in {"", "requested"}


# What the pages call by another name than the audit's actions.
NAMES = {"resolution": "proposal"}


def act(code: str) -> str:
    """Say an audit action: `deactivate.requested` becomes `Deactivate: requested`."""
    name, _, step = code.partition(".")
    if name in KINDS:
        label = KINDS[name].label
    else:
        label = words.field_name(NAMES.get(name, name)).capitalize()
    return f"{label}: {STEPS.get(step, words.field_name(step))}" if step else label


def changes_of(changed: dict[str, list[Any]], customer_id: uuid.UUID | None) -> list[Change]:
    """Put what differs about a customer, field to [before, after], into words."""
    return [
        Change(words.field_name(name), words.value(before), words.value(after))
        for name, (before, after) in personal.changes(changed, customer_id).items()
    ]


def _happened(entry: Entry) -> str:
    if entry.origin in ACTS:
        return act(entry.what)
    if entry.origin == "webhook":
        kind, _, status = entry.what.partition(" ")
        claim = f", says {words.field_name(status)}" if status else ""
        return capfirst(kind.replace(".", " ")) + claim
    return capfirst(entry.what)


def _changes(entry: Entry, customer_id: uuid.UUID | None) -> list[Change]:
    if entry.origin not in ACTS:
        return changes_of(entry.changes, customer_id)
    # An act records what was seen before it; only a pair tells a change.
    told = {name: pair for name, pair in entry.changes.items() if name not in SILENT and all(pair)}
    return changes_of(told, customer_id)
