"""An entity's timeline in words: the codes of audit entries and events, as staff say them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app import sentences
from accounts_app.admin import acts, personal, words
from accounts_app.models import Operation
from accounts_app.services.catalogue import KINDS
from accounts_app.services.strands import Entry

ORIGINS = {
    "people": _("Person"),
    "provider": _("Provider"),
    "webhook": _("Webhook"),
    "operation": _("Back-office"),
    "comparison": _("Comparison"),
}
ACTS = ("people", "operation")
STEPS: dict[str, Any] = {
    Operation.State.REQUESTED: _("requested"),
    Operation.State.APPROVED: _("approved"),
    Operation.State.SENDING: _("being sent"),
    Operation.State.ACCEPTED: _("accepted by the provider"),
    Operation.State.UNCERTAIN: _("outcome unknown"),
    Operation.State.NEEDS_HUMAN: _("needs attention"),
    Operation.State.SUCCEEDED: _("done"),
    Operation.State.FAILED: _("refused by the provider"),
    Operation.State.NOT_APPLIED: _("not applied at the provider"),
    Operation.State.REJECTED: _("rejected"),
    Operation.State.EXPIRED: _("expired"),
    Operation.State.STALE: _("not sent"),
    Operation.State.CANCELLED: _("withdrawn"),
    "reviewed": _("reviewed by a second person"),
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
        origin_name=str(ORIGINS[entry.origin]),
        who=entry.who if entry.who not in (entry.origin, "system") else "",
        what=_happened(entry),
        why="" if _repeats_its_reason(entry) else _why(entry, customer_id),
        result=sentences.told(personal.raw(entry.result, customer_id)),
        operation=entry.operation,
        changes=_changes(entry, customer_id),
    )


def _why(entry: Entry, customer_id: uuid.UUID | None) -> str:
    """Return why; what a person typed is left in their own words."""
    why = personal.raw(entry.why, customer_id)
    return sentences.told(why) if entry.who == "system" else why


def _repeats_its_reason(entry: Entry) -> bool:
    """Whether it is a later step of an operation: the story tells its reason once."""
    name, _, step = entry.what.partition(".")
    return name in KINDS and step not in {"", "requested"}


def act(code: str) -> str:
    """Say an audit action: `deactivate.requested` becomes `Deactivate: requested`."""
    if code in acts.ACTS:
        return str(acts.ACTS[code])
    name, _, step = code.partition(".")
    label = KINDS[name].label if name in KINDS else words.field_name(name).capitalize()
    return words.joined(label, _step(name, step)) if step else str(label)


def _step(name: str, step: str) -> str:
    """Say a step; that a fetch brought nothing need not be a refusal."""
    if step == Operation.State.FAILED and name in KINDS and KINDS[name].fetch:
        return gettext("ended without a challenge")
    return str(STEPS.get(step, words.field_name(step)))


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
        claim = gettext(", says %(status)s") % {"status": words.spaced(status)} if status else ""
        return str(acts.EVENTS.get(kind) or capfirst(kind.replace(".", " "))) + claim
    return capfirst(sentences.told(entry.what))


def _changes(entry: Entry, customer_id: uuid.UUID | None) -> list[Change]:
    if entry.origin not in ACTS:
        return changes_of(entry.changes, customer_id)
    # An act records what was seen before it; only a pair tells a change.
    told = {name: pair for name, pair in entry.changes.items() if name not in SILENT and all(pair)}
    return changes_of(told, customer_id)
