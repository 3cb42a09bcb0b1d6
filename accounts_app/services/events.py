"""The provider's events: stored and acknowledged at once, looked into later, never believed.

An event makes us read the entity it names; all that are due about one entity cost one read.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from accounts_app import conf
from accounts_app.mirror import Observation
from accounts_app.models import EntityKind, Source, WebhookEvent
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import refresh

State = WebhookEvent.State
LEASE = timedelta(seconds=90)
# A read that is older than the event it follows is asked again this often.
OLD_ANSWERS = 5


@dataclass(frozen=True)
class Envelope:
    """What of an event's body decides where it goes; everything else stays in the raw bytes."""

    event_id: str
    type: str
    entity_kind: str
    entity_id: uuid.UUID | None
    account_id: uuid.UUID | None
    status: str
    revision: int | None


def receive(body: bytes, envelope: Envelope) -> None:
    """Store a delivery in one transaction; when this returns it may be acknowledged.

    The same event with the same body is one row with a counter, also when both come at once.
    """
    now = timezone.now()
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        row = WebhookEvent(
            event_id=envelope.event_id,
            digest=digest,
            type=envelope.type,
            entity_kind=envelope.entity_kind,
            entity_id=envelope.entity_id,
            account_id=envelope.account_id,
            claimed_status=envelope.status,
            claimed_revision=envelope.revision,
            body=body,
            received_at=now,
            state=_first_state(envelope),
            next_at=now,
        )
        WebhookEvent.objects.bulk_create([row], ignore_conflicts=True)
        WebhookEvent.objects.filter(event_id=envelope.event_id, digest=digest).update(
            deliveries=F("deliveries") + 1, last_received_at=now
        )


def _first_state(envelope: Envelope) -> State:
    if envelope.entity_kind in EntityKind.values and envelope.entity_id:
        return State.PENDING
    return State.RECORDED if envelope.account_id else State.PARKED


def due_entities(limit: int) -> list[tuple[str, uuid.UUID]]:
    """List the entities that due events name, the longest waiting first."""
    due = WebhookEvent.objects.filter(state=State.PENDING, next_at__lte=timezone.now())
    rows = due.values("entity_kind", "entity_id").annotate(first=Min("next_at")).order_by("first")
    return [(row["entity_kind"], row["entity_id"]) for row in rows[:limit]]


def process(kind: str, entity_id: uuid.UUID) -> Observation | None:
    """Read the entity once for all its due events and settle them; None when nothing was learnt.

    A failed read leaves the events due again, later each time.
    """
    events = _claim(kind, entity_id)
    if not events:
        return None
    try:
        observation = refresh.READERS[EntityKind(kind)](entity_id, source=Source.WEBHOOK)
    except ProviderError as error:
        _postpone(events, str(error))
        return None
    if observation is None:
        _park_or_ask_again(events)
        return None
    _settle(events, observation)
    return observation


def _claim(kind: str, entity_id: uuid.UUID) -> list[WebhookEvent]:
    """Take the entity's due events for as long as a read may last; nobody else reads meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        due = WebhookEvent.objects.select_for_update(skip_locked=True).filter(
            state=State.PENDING, entity_kind=kind, entity_id=entity_id, next_at__lte=now
        )
        events = list(due.defer("body"))
        rows = WebhookEvent.objects.filter(pk__in=[event.pk for event in events])
        rows.update(next_at=now + LEASE, attempts=F("attempts") + 1)
    return events


def _settle(events: list[WebhookEvent], observation: Observation) -> None:
    """End the events the answer covers; an answer older than an event is asked again."""
    held = observation.row.revision
    old = [event for event in events if _is_newer(event, held) and event.attempts < OLD_ANSWERS]
    covered = [event for event in events if event not in old]
    if old:
        _postpone(old, "The provider's answer was older than the event.")
    _end(covered, State.DONE, observation.outcome.value)


def _park_or_ask_again(events: list[WebhookEvent]) -> None:
    """Park what the provider does not know; its reads may lag behind its webhooks for a while."""
    words = "The provider does not know it."
    early = [event for event in events if event.attempts < OLD_ANSWERS]
    _end([event for event in events if event not in early], State.PARKED, words)
    if early:
        _postpone(early, words)


def _is_newer(event: WebhookEvent, revision: int) -> bool:
    return event.claimed_revision is not None and event.claimed_revision > revision


def _postpone(events: list[WebhookEvent], note: str) -> None:
    attempts = max(event.attempts for event in events) + 1
    _rows(events).update(next_at=timezone.now() + conf.backoff(attempts), note=note[:255])


def _end(events: list[WebhookEvent], state: State, note: str) -> None:
    now: datetime = timezone.now()
    _rows(events).update(state=state, ended_at=now, next_at=None, note=note)


def _rows(events: list[WebhookEvent]):  # type: ignore[no-untyped-def]
    return WebhookEvent.objects.filter(pk__in=[event.pk for event in events])
