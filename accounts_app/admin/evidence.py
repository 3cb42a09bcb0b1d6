"""What proves an entry of a timeline: the record behind it, as far as the person may see it."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BinaryField
from django.db.models.functions import Substr
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts_app.admin import moments, personal, words
from accounts_app.models import Attempt, AuditEntry, Drift, Mirrored, Snapshot, WebhookEvent
from accounts_app.services.strands import Entry, Record

# Of a body or representation this much is shown here, and all of it on the record's own page.
MOST = 8_000
Fact = tuple[str, SafeString | str]


@dataclass(frozen=True)
class Evidence:
    """A record's facts, its words from elsewhere, the tries made by then, and where all of it is.

    `then` is the address of the row's page as it was known right after.
    """

    facts: list[Fact]
    then: str
    contents: SafeString | str = ""
    attempts: list[Attempt] = field(default_factory=list)
    name: str = ""
    address: str = ""


def of(entries: list[Entry], row: Mirrored, person: User | AnonymousUser) -> list[Evidence]:
    """Return what proves each entry: two queries, however many there are."""
    bodies = _bodies(entries) if _may_see(person, WebhookEvent) else {}
    attempts = _attempts(entries) if person.has_perm("accounts_app.view_operation") else {}
    return [_of(entry, row, person, bodies, attempts) for entry in entries]


def _may_see(person: User | AnonymousUser, model: type[Record]) -> bool:
    return person.has_perm(f"accounts_app.view_{model._meta.model_name}")


def _may_read(person: User | AnonymousUser, record: Record) -> bool:
    """Whether the record itself is theirs to read: of the audit most read their own acts alone."""
    if isinstance(record, AuditEntry) and not person.has_perm("accounts_app.read_whole_audit"):
        return record.actor_id == person.pk and _may_see(person, AuditEntry)
    return _may_see(person, type(record))


def _bodies(entries: list[Entry]) -> dict[int, bytes]:
    """Return the beginning of each event's body: one may be as long as 256 kB."""
    numbers = [entry.record.pk for entry in entries if isinstance(entry.record, WebhookEvent)]
    start = Substr("body", 1, MOST + 1, output_field=BinaryField())
    events = WebhookEvent.objects.filter(pk__in=numbers).annotate(start=start)
    return {number: bytes(body) for number, body in events.values_list("pk", "start")}


def _attempts(entries: list[Entry]) -> dict[int, list[Attempt]]:
    numbers = {entry.operation for entry in entries if entry.operation}
    found = defaultdict(list)
    for attempt in Attempt.objects.filter(operation__in=numbers).order_by("number"):
        found[attempt.operation_id].append(attempt)
    return found


def _of(
    entry: Entry,
    row: Mirrored,
    person: User | AnonymousUser,
    bodies: dict[int, bytes],
    attempts: dict[int, list[Attempt]],
) -> Evidence:
    record, customer = entry.record, personal.customer_id_of(row)
    may_see = _may_read(person, record)
    made = attempts.get(entry.operation or 0, []) if isinstance(record, AuditEntry) else []
    return Evidence(
        facts=[
            *FACTS[type(record)](record),
            *(_before_and_after(record, customer) if may_see else ()),
        ],
        then=_then(entry, row),
        contents=_contents(record, bodies, customer) if may_see else "",
        attempts=[attempt for attempt in made if attempt.started_at <= entry.at],
        name=_name(record),
        address=words.address_of(record) if may_see else "",
    )


def _then(entry: Entry, row: Mirrored) -> str:
    """Return the address of the row as known in the second after the entry."""
    after = (entry.at + timedelta(seconds=1)).astimezone(UTC)
    query = {"on": f"{after:%Y-%m-%d}", "at": f"{after:%H:%M:%S}"}
    return f"{words.address_of(row, 'as_of')}?{urlencode(query)}"


def _name(record: Record) -> str:
    if isinstance(record, AuditEntry):
        return _("audit entry %(number)s") % {"number": record.pk}
    if isinstance(record, Snapshot):
        return _("snapshot %(number)s") % {"number": record.pk}
    if isinstance(record, WebhookEvent):
        return _("webhook event %(number)s") % {"number": record.pk}
    return _("difference %(number)s") % {"number": record.pk}


def _contents(record: Record, bodies: dict[int, bytes], customer: uuid.UUID) -> SafeString | str:
    """Return the provider's own words; none belong to what people did."""
    if isinstance(record, WebhookEvent):
        return _shortened(bodies.get(record.pk, b""), customer)
    if isinstance(record, AuditEntry):
        return ""
    return _shortened(record.representation.encode(), customer)


def _shortened(body: bytes, customer: uuid.UUID) -> SafeString | str:
    if not body:
        return ""
    if len(body) <= MOST:
        return personal.readable(body, customer)
    text = personal.raw(body.decode("utf-8", errors="replace"), customer)
    return words.verbatim(f"{text[:MOST]} … {_('the rest is on the page of its own')}")


def _of_act(act: AuditEntry) -> Iterator[Fact]:
    yield _("Audit entry"), str(act.sequence)
    yield _("Sealed by"), words.short(act.hash)


def _before_and_after(record: Record, customer: uuid.UUID) -> Iterator[Fact]:
    """Show what an act kept; of a change, what differs stands in the entry itself."""
    if isinstance(record, AuditEntry):
        told = {_("Before"): record.before, _("After"): record.after}
        yield from (
            (label, personal.pretty(kept, customer)) for label, kept in told.items() if kept
        )


def _of_snapshot(snapshot: Snapshot) -> Iterator[Fact]:
    yield _("Asked at"), moments.moment(snapshot.asked_at)
    yield _("Recorded at"), moments.moment(snapshot.recorded_at)
    yield _("Learnt from"), snapshot.get_source_display()
    yield _("Revision"), str(snapshot.revision)


def _of_event(event: WebhookEvent) -> Iterator[Fact]:
    yield _("Event id"), words.identifier(event.event_id)
    yield _("Received"), moments.moment(event.received_at)
    if event.deliveries > 1:
        yield _("Last delivered"), moments.moment(event.last_received_at)
    if event.ended_at:
        yield _("Looked into"), moments.moment(event.ended_at)


def _of_drift(drift: Drift) -> Iterator[Fact]:
    yield _("Full comparison"), str(drift.reconciliation_id)
    yield _("Asked at"), moments.moment(drift.asked_at)
    yield _("The provider changed it"), moments.moment(drift.since)


FACTS: dict[type[Record], Callable[[Any], Iterator[Fact]]] = {
    AuditEntry: _of_act,
    Snapshot: _of_snapshot,
    WebhookEvent: _of_event,
    Drift: _of_drift,
}
