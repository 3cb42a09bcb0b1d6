"""What events claim that must not be so, held against what the provider shows.

That an event tells of an earlier status is no contradiction: it was late. But a final state is
never left, nobody's account changes hands, and one event id stands for one content.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts_app import discrepancies
from accounts_app.mirror import Observation, Outcome
from accounts_app.models import Discrepancy, EntityKind, Mirrored, WebhookEvent
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.instants import Instant
from accounts_app.offblocks.strict_json import canonical_json, parse_json
from accounts_app.representations import Shape
from accounts_app.sentences import say

# kind -> what the provider calls the one that an entity hangs from, and the column that holds it
PARENTS = {
    EntityKind.ACCOUNT: ("customerId", "customer_id"),
    EntityKind.CARD: ("accountId", "account_id"),
}
TIMES = ("createdAt", "updatedAt")
BODIES = 100  # read at a time; one may be as long as 256 kB


@dataclass(frozen=True)
class Contradiction:
    """What an event claims (`told`) and what the provider shows instead (`held`)."""

    event: WebhookEvent
    held: str
    told: str


def shown(observation: Observation) -> Mirrored | Shape:
    """Return what the provider shows: its answer, or what we hold when the answer was older."""
    return observation.row if observation.outcome is Outcome.STALE else observation.shape


def leaves_open(observation: Observation, event: WebhookEvent) -> bool:
    """Whether the answer may be older than the event, so that it decides nothing yet.

    The provider's reads may lag behind its webhooks. An event without a usable time is answered by
    any answer, unless that is older than what we hold or does not know of a final state.
    """
    claimed, present = event.claimed_revision, shown(observation)
    if claimed is None:
        return observation.outcome is Outcome.STALE or _denies_final(observation, event)
    is_as_new = claimed == present.revision
    return claimed > present.revision or (is_as_new and _denies_final(observation, event))


def find(observation: Observation, events: list[WebhookEvent]) -> list[Contradiction]:
    """Return what these events claim against the answer, one at most for each event."""
    found = []
    for event, body in _with_bodies(events):
        claims = [*_claims(observation, event, body)]
        if event.is_conflicting and _differs_from_first(event, body):
            status = event.claimed_status or say("something else")
            claims.append(
                (
                    shown(observation).status,
                    say("{status} under the id of another event", status=status),
                )
            )
        if claims:
            held, told = ("; ".join(words) for words in zip(*claims, strict=True))
            found.append(Contradiction(event, held, told))
    return found


def tell(observation: Observation, contradictions: list[Contradiction]) -> None:
    """Open the entity's discrepancy about what events say, and note it at each of them.

    The discrepancy names the latest event.
    """
    if not contradictions:
        return
    for one in contradictions:
        words = say("Says {told}; the provider shows {held}.", told=one.told, held=one.held)
        WebhookEvent.objects.filter(pk=one.event.pk).update(note=words[:255])
    held = dict.fromkeys(one.held for one in contradictions)
    told = dict.fromkeys(one.told for one in contradictions)
    discrepancies.open(
        observation.row.KIND,
        observation.row.pk,
        "event",
        "; ".join(held),
        "; ".join(told),
        told_by=Discrepancy.ToldBy.EVENT,
        event=contradictions[-1].event,
    )


def _with_bodies(events: list[WebhookEvent]) -> Iterator[tuple[WebhookEvent, dict[str, Any]]]:
    """Read the events' bodies, never many at once."""
    by_number = {event.pk: event for event in events}
    rows = WebhookEvent.objects.filter(pk__in=by_number).order_by("pk")
    for number, body in rows.values_list("pk", "body").iterator(chunk_size=BODIES):
        yield by_number[number], _document(body)


def _document(body: Any) -> dict[str, Any]:
    """Return a stored body as JSON; one that an older release read and we cannot claims nothing."""
    try:
        document: dict[str, Any] = parse_json(bytes(body))
    except Unreadable:
        return {}
    return document


def _claims(
    observation: Observation, event: WebhookEvent, body: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield what the provider shows and what the event claims instead."""
    present = shown(observation)
    if _denies_final(observation, event):
        yield present.status, event.claimed_status
    member, column = PARENTS.get(observation.row.KIND, ("", ""))
    owner, claimed = getattr(present, column, None), _uuid(body.get(member))
    if claimed and claimed != owner:
        yield f"{member} {owner}", f"{member} {claimed}"


def _denies_final(observation: Observation, event: WebhookEvent) -> bool:
    """Whether the event claims a final state that the provider does not show."""
    is_final = event.claimed_status in observation.row.FINAL_STATUSES
    return is_final and event.claimed_status != shown(observation).status


def _uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _differs_from_first(event: WebhookEvent, body: dict[str, Any]) -> bool:
    """Whether the event says something else than the first body that came under its id.

    The same in another spelling (order, spaces, digits of a time) is no contradiction.
    """
    first = WebhookEvent.objects.filter(event_id=event.event_id).order_by("pk").first()
    return first is not None and _meaning(_document(first.body)) != _meaning(body)


def _meaning(body: dict[str, Any]) -> bytes:
    return canonical_json(body | {name: _instant(body.get(name)) for name in TIMES})


def _instant(value: object) -> Any:
    try:
        return Instant.parse(value).microseconds
    except ValueError:
        return value
