"""The provider's events: stored and acknowledged at once, looked into later, never believed.

An event makes us read the entity it names. All that are due about one entity cost one read, and
only one worker reads it at a time.
"""

import hashlib
import uuid
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.utils import timezone

from accounts_app import clock, conf
from accounts_app.mirror import Observation
from accounts_app.models import EntityKind, Source, WebhookEvent
from accounts_app.offblocks import card_numbers
from accounts_app.offblocks.errors import ProviderError, Reason, SignatureInvalid
from accounts_app.sentences import say
from accounts_app.services import card_alarm, contradictions, counting, pausing, refresh

State = WebhookEvent.State
MIRRORED = frozenset(EntityKind.values)
SAME_EVENT = counting.Unique(
    columns=("event_id", "digest"), counter="deliveries", latest=("last_received_at", "nonce")
)
LEASE = timedelta(seconds=90)
# An answer that leaves an event open is asked for anew until there were so many.
OPEN_ANSWERS = 5
NOT_KNOWN = say("The provider does not know it.")
OLDER = say("The provider's answer was older than the event.")


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


def receive(body: bytes, envelope: Envelope, *, nonce: str = "") -> None:
    """Store a delivery in one statement; when this returns it may be acknowledged.

    The same event with the same body is one row with a counter, also when both come at once; with
    another body it is another row, and a trigger flags both.
    `nonce` is what its signature may use for this body alone; raises SignatureInvalid when it came
    with another body before. The digest is of the bytes as they came; card numbers are masked in
    what is kept of them.
    """
    # Of this machine's own clock, to save a statement: an event nobody looked at is always due.
    now, kept = timezone.now(), card_numbers.body(body)
    values = {
        "event_id": envelope.event_id,
        "digest": hashlib.sha256(body).hexdigest(),
        "nonce": nonce,
        "type": envelope.type,
        "entity_kind": envelope.entity_kind,
        "entity_id": envelope.entity_id,
        "account_id": envelope.account_id,
        "claimed_status": envelope.status,
        "claimed_revision": envelope.revision,
        "body": kept,
        "received_at": now,
        "last_received_at": now,
        "deliveries": 1,
        "state": _first_state(envelope).value,
        "next_at": now,
    }
    try:
        _store(values)
    except IntegrityError as error:
        if not nonce:
            raise
        # Every other conflict is counted; only the memory of nonces refuses a row.
        raise SignatureInvalid(Reason.REPLAYED) from error
    if kept != body:
        card_alarm.raise_for(f"the webhook event {envelope.event_id}")


def _store(values: dict[str, Any]) -> None:
    # A statement is a transaction by itself: to open one around it costs two more.
    is_alone = transaction.get_autocommit()
    with nullcontext() if is_alone else transaction.atomic():
        counting.add(WebhookEvent, values, SAME_EVENT)


def _first_state(envelope: Envelope) -> State:
    if envelope.entity_kind in MIRRORED and envelope.entity_id:
        return State.PENDING
    return State.RECORDED if envelope.account_id else State.PARKED


def due_entities(limit: int) -> list[tuple[str, uuid.UUID]]:
    """List the entities to read for events, the longest waiting first; not those being read."""
    now = clock.now()
    entities = WebhookEvent.objects.filter(state=State.PENDING).values("entity_kind", "entity_id")
    waiting = entities.annotate(
        first=Min("next_at"), fewest=Min("attempts"), read_until=Max("lease_until")
    )
    is_due, is_free = Q(first__lte=now) | Q(fewest=0), Q(read_until=None) | Q(read_until__lte=now)
    due = waiting.filter(is_due, is_free).order_by("first")
    return [(entity["entity_kind"], entity["entity_id"]) for entity in due[:limit]]


def process(kind: str, entity_id: uuid.UUID) -> Observation | None:
    """Read the entity once for all its due events and settle them; None when nothing was learnt.

    A failed read leaves the events due again, later each time.
    """
    if _rests(kind, entity_id):
        return None
    events = _claim(kind, entity_id)
    if not events:
        return None
    try:
        observation = refresh.READERS[EntityKind(kind)](entity_id, source=Source.WEBHOOK)
    except ProviderError as error:
        pausing.heed(error)
        _ask_again(events, str(error), at_least=error.retry_after)
        return None
    if observation is None:
        _park_or_ask_again(events)
    else:
        _settle(events, observation)
    return observation


def _of_entity(kind: str, entity_id: uuid.UUID) -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(entity_kind=kind, entity_id=entity_id)


def _rests(kind: str, entity_id: uuid.UUID) -> bool:
    """Put new events off when the provider lately did not know what they are about.

    So an unknown id costs one series of reads at a time, however many events name it.
    """
    now, entity = clock.now(), _of_entity(kind, entity_id)
    waiting = entity.filter(state=State.PENDING, note=NOT_KNOWN, lease_until=None)
    parked = entity.filter(state=State.PARKED).aggregate(last=Max("ended_at"))["last"]
    until: datetime | None = waiting.filter(next_at__gt=now).aggregate(next=Min("next_at"))["next"]
    if until is None and parked:
        until = parked + settings.OFFBLOCKS_WEBHOOK_UNKNOWN_REST
    if until is None or until <= now:
        return False
    # What another worker has in hand is its own: it decides when that is due again.
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    new = entity.filter(Q(attempts=0) | Q(next_at__lte=now), is_free, state=State.PENDING)
    new.update(next_at=until, note=NOT_KNOWN, attempts=F("attempts") + 1)
    return True


def _claim(kind: str, entity_id: uuid.UUID) -> list[WebhookEvent]:
    """Take the entity's due events for as long as a look may last; none while somebody looks."""
    now = clock.now()
    with transaction.atomic():
        pending = _of_entity(kind, entity_id).filter(state=State.PENDING)
        # All of them, not only the due: whoever looks holds some, and we must see the lease.
        waiting = list(pending.select_for_update().order_by("pk").defer("body"))
        if any(event.lease_until and event.lease_until > now for event in waiting):
            return []
        due = [event for event in waiting if event.attempts == 0 or (event.next_at or now) <= now]
        for event in due:
            event.lease_until = now + LEASE
        rows = WebhookEvent.objects.filter(pk__in=[event.pk for event in due])
        lease = {"lease_until": now + LEASE, "next_at": now + LEASE}
        rows.update(**lease, attempts=F("attempts") + 1)
    return due


def _settle(events: list[WebhookEvent], observation: Observation) -> None:
    """End the events the answer covers, and say what they claim against it."""

    def is_open(event: WebhookEvent) -> bool:
        return _is_early(event) and contradictions.leaves_open(observation, event)

    undecided = [event for event in events if is_open(event)]
    covered = [event for event in events if not is_open(event)]
    with transaction.atomic():
        _hold(events)
        _end(covered, State.DONE, observation.outcome.value)
        contradictions.tell(observation, contradictions.find(observation, covered))
        _ask_again(undecided, OLDER, open_answers=F("open_answers") + 1)


def _park_or_ask_again(events: list[WebhookEvent]) -> None:
    """Park what the provider does not know; its reads may lag behind its webhooks for a while."""
    early = [event for event in events if _is_early(event)]
    with transaction.atomic():
        _hold(events)
        _end([event for event in events if not _is_early(event)], State.PARKED, NOT_KNOWN)
        _ask_again(early, NOT_KNOWN, open_answers=F("open_answers") + 1)


def _is_early(event: WebhookEvent) -> bool:
    return event.open_answers + 1 < OPEN_ANSWERS


def _ask_again(
    events: list[WebhookEvent], note: str, *, at_least: timedelta | None = None, **columns: Any
) -> None:
    """Leave the events for a later look: the later, the more looks there were."""
    if not events:
        return
    asked = min(at_least or timedelta(), settings.RESEND_WINDOW)
    wait = max(conf.backoff(max(event.attempts for event in events) + 1), asked)
    _ours(events).update(next_at=clock.now() + wait, lease_until=None, note=note[:255], **columns)


def _end(events: list[WebhookEvent], state: State, note: str) -> None:
    columns = {"ended_at": clock.now(), "next_at": None, "lease_until": None}
    _ours(events).update(state=state, note=note, **columns)


def _hold(events: list[WebhookEvent]) -> None:
    """Hold all their rows before any changes, in the one order in which everybody takes them."""
    list(_ours(events).select_for_update().order_by("pk").values_list("pk"))


def _ours(events: list[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """The events' rows as long as the lease is ours: who slept through it decides nothing."""
    leases = {event.lease_until for event in events}
    numbers = [event.pk for event in events]
    return WebhookEvent.objects.filter(pk__in=numbers, lease_until__in=leases, state=State.PENDING)
