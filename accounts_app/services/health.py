"""How the programme is, in one query: may it send, does the provider answer, is work done in time.

Every page asks for it, and so do the probe and the metrics.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Subquery
from django.utils import timezone

from accounts_app.models import (
    BatchItem,
    Contact,
    Incident,
    Operation,
    Pause,
    RefusedDelivery,
    WebhookEvent,
)
from accounts_app.services import contact, limiter

# Every due row is normally taken within a second; past this nobody seems to work.
LONGEST_DUE = timedelta(minutes=2)
# A delivery that was refused longer ago is no news any more.
NEWS = timedelta(hours=1)
NOT_STORED = ("intake_down",)
OUT_OF_TIME = ("signature_expired", "signature_not_yet_valid")
PAUSE_FACTS = ("pk", "cause", "reason", "started_at", "person__username")


@dataclass(frozen=True)
class Paused:
    """The pause that lasts now, and who or what paused."""

    number: int
    cause: str
    reason: str
    since: datetime
    who: str


@dataclass(frozen=True)
class Health:
    """What one look showed.

    `silent_since` is empty unless the provider is down, `next_read_at` is the next free place among
    the reads. `event_due_at`, `item_due_at` (of a batch that reads) and `operation_due_at` are
    those of the longest waiting row, `not_stored_at` and `out_of_time_at` those of the last
    delivery that could not be stored, or that was genuine and of the wrong time. `incidents` is how
    many nobody has dealt with.
    """

    at: datetime
    pause: Paused | None
    last_answer_at: datetime | None
    silent_since: datetime | None
    next_read_at: datetime | None
    clock_offset: timedelta
    measured_at: datetime | None
    event_due_at: datetime | None
    item_due_at: datetime | None
    operation_due_at: datetime | None
    pending_events: int
    not_stored_at: datetime | None
    out_of_time_at: datetime | None
    token_at: datetime | None
    incidents: int

    @property
    def due(self) -> dict[str, timedelta]:
        """For how long the longest waiting row of each sort has been due."""
        first = {
            "event": self.event_due_at,
            "item": self.item_due_at,
            "operation": self.operation_due_at,
        }
        nothing = timedelta()
        return {name: max(self.at - (at or self.at), nothing) for name, at in first.items()}

    @property
    def longest_due(self) -> timedelta:
        """For how long the longest waiting row has been due."""
        return max(self.due.values())

    @property
    def is_overdue(self) -> bool:
        """Whether due work waits so long that nobody seems to do it.

        Events and reads may wait for the provider, not for us: while it is silent, while it has
        asked us to wait, and while there are more of them than we may read.
        """
        is_read = self.last_answer_at is not None and self.at - self.last_answer_at < LONGEST_DUE
        waits_for_it = self.silent_since or self.is_asked_to_wait or (self.has_backlog and is_read)
        waits = self.due["operation"] if waits_for_it else self.longest_due
        return waits > LONGEST_DUE

    @property
    def is_asked_to_wait(self) -> bool:
        """Whether the provider has asked us to read nothing for a while."""
        return bool(self.next_read_at and self.next_read_at - self.at > limiter.LONGEST_SLEEP)

    @property
    def is_clock_wrong(self) -> bool:
        """Whether the provider's clock and ours are further apart than signatures allow for."""
        tolerance: timedelta = settings.CLOCK_TOLERANCE
        return abs(self.clock_offset) > tolerance

    @property
    def has_backlog(self) -> bool:
        """Whether more events wait than can be read in a minute."""
        in_a_minute: int = 60 * settings.OFFBLOCKS_READS_PER_SECOND
        return self.pending_events > in_a_minute


def look() -> Health:
    """Look at everything at once."""
    now = timezone.now()
    columns = {**_pause(), **_work(), **_refused(now), **_incidents()}
    row = Contact.objects.annotate(**columns).get(pk=1)
    return Health(
        at=now,
        pause=Paused(*(getattr(row, f"pause_{fact}") for fact in PAUSE_FACTS))
        if row.pause_pk
        else None,
        last_answer_at=row.last_answer_at,
        silent_since=row.failing_since if contact.is_down(row) else None,
        next_read_at=row.next_read_at,
        clock_offset=row.clock_offset or timedelta(),
        measured_at=row.measured_at,
        event_due_at=row.event_due_at,
        item_due_at=row.item_due_at,
        operation_due_at=row.operation_due_at,
        pending_events=row.pending_events or 0,
        not_stored_at=row.not_stored_at,
        out_of_time_at=row.out_of_time_at,
        token_at=row.token_at,
        incidents=row.incidents or 0,
    )


def _pause() -> dict[str, Subquery]:
    lasting = Pause.objects.filter(ended_at=None)
    return {f"pause_{fact}": Subquery(lasting.values(fact)[:1]) for fact in PAUSE_FACTS}


def _work() -> dict[str, Subquery]:
    pending = WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING)
    to_read = BatchItem.objects.filter(state=BatchItem.State.WAITING)
    in_hand = Operation.objects.filter(state__in=Operation.IN_HAND)
    number = pending.order_by().values("state").annotate(number=Count("pk")).values("number")
    return {
        "event_due_at": _first(pending, "next_at"),
        "item_due_at": _first(to_read, "next_at"),
        "operation_due_at": _first(in_hand, "next_at"),
        "pending_events": Subquery(number),
    }


def _incidents() -> dict[str, Subquery]:
    still = Incident.objects.filter(ended_at=None).order_by().values("ended_at")
    return {"incidents": Subquery(still.annotate(number=Count("pk")).values("number"))}


def _refused(now: datetime) -> dict[str, Subquery]:
    news = RefusedDelivery.objects.filter(last_at__gt=now - NEWS)
    return {
        "not_stored_at": _first(news.filter(reason__in=NOT_STORED), "-last_at"),
        "out_of_time_at": _first(news.filter(reason__in=OUT_OF_TIME), "-last_at"),
    }


def _first(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.order_by(column).values(column.lstrip("-"))[:1])
