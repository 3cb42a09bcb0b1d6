"""As many rows of every sort as a test wants, each like one that came about as rows do.

What has to differ differs; everything else is the example's. Nothing is looked at one by one.
"""

import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.utils import timezone

from accounts_app.models import (
    Account,
    AuditEntry,
    Batch,
    BatchItem,
    Card,
    Customer,
    Discrepancy,
    Drift,
    Incident,
    Operation,
    Pause,
    Reconciliation,
    RefusedDelivery,
    Resolution,
    Review,
    SavedView,
    Snapshot,
    WebhookEvent,
)
from tests.admin import rows

AT_ONCE = 1000
_numbers = count(1)


class Multitude:
    """A programme in which one of everything has happened, and as often again as told."""

    def __init__(self, maker: User) -> None:
        self.maker = maker
        self.account = rows.account(rows.customer(externalId="crm-many"))
        rows.card(self.account)
        rows.operations(self.account, maker, 1)
        rows.event(self.account)
        rows.batch([self.account], maker)
        rows.comparison(self.account, state="applied", event=WebhookEvent.objects.get())
        rows.pause(maker)
        rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", maker)
        self._over_and_done()
        self._said_by_nobody()

    def _over_and_done(self) -> None:
        """End what may be open but once."""
        now = timezone.now()
        Resolution.objects.update(state=Resolution.State.WITHDRAWN)
        Discrepancy.objects.update(resolved_at=now)
        Operation.objects.filter(state__in=Operation.OPEN).update(
            state=Operation.State.CANCELLED, ended_at=now
        )

    def _said_by_nobody(self) -> None:
        """Make the examples that no act of the others makes."""
        now, maker = timezone.now(), self.maker
        told = {"kind": Incident.Kind.SUBSCRIPTION, "words": "It was not ours"}
        times = {"opened_at": now, "last_at": now, "ended_at": now}
        Incident.objects.create(**told, **times, ended_by=maker)
        RefusedDelivery.objects.create(hour=now, reason="late", source="127.0.0.1", last_at=now)
        SavedView.objects.create(person=maker, list="accounts_app.account", name="Mine")
        LogEntry.objects.log_actions(maker.pk, [self.account], 2, change_message="seen")

    def grow(self, number: int) -> None:
        """Add so many of every sort."""
        self._grow_mirror(number)
        _alike(WebhookEvent, number, event_id=_id, state=_in_turn(*WebhookEvent.State.values))
        _alike(Operation, number, form_number=_id, key=_id)
        _alike(Batch, number, form_number=_id)
        _alike(Reconciliation, number)
        _alike(Drift, number, entity_id=_id)
        _alike(Discrepancy, number, entity_id=_id)
        _alike(Resolution, number, form_number=_id)
        _alike(Pause, number)
        _alike(Incident, number)
        _alike(RefusedDelivery, number, source=_name)
        _alike(LogEntry, number)
        self._grow_people(number)
        self._grow_what_hangs(number)
        self._grow_audit(number)

    def _grow_mirror(self, number: int) -> None:
        _alike(Customer, number, id=_id, external_id=_name, chain_id=_name)
        of_accounts = _in_turn("active", "inactive", "closed", "active")
        _alike(Account, number, id=_id, status=of_accounts)
        _alike(Card, number, id=_id, status=_in_turn("active", "terminated"))
        _alike(Snapshot, number, entity_id=_id)

    def _grow_people(self, number: int) -> None:
        people = [User(username=_name(), is_staff=True) for _ in range(number)]
        members = User.groups.through
        role = Group.objects.get(name="viewer")
        made = User.objects.bulk_create(people, batch_size=AT_ONCE)
        members.objects.bulk_create(
            [members(user=one, group=role) for one in made], batch_size=AT_ONCE
        )
        _alike(SavedView, min(number, 100), name=_name)

    def _grow_what_hangs(self, number: int) -> None:
        """Let each new operation be reviewed, and each new batch have an item."""
        last = Operation.objects.order_by("-pk").values_list("pk", flat=True)[:number]
        operations = iter(list(last))
        _alike(Review, number, operation_id=lambda: next(operations))
        batches = iter(list(Batch.objects.order_by("-pk").values_list("pk", flat=True)[:number]))
        refused = {"state": lambda: BatchItem.State.REFUSED, "operation_id": lambda: None}
        _alike(BatchItem, number, batch_id=lambda: next(batches), **refused)

    def _grow_audit(self, number: int) -> None:
        last = AuditEntry.objects.latest("sequence")
        made = []
        for _ in range(number):
            told = _told(last) | {"sequence": last.sequence + 1, "previous_hash": last.hash}
            last = AuditEntry(**told | {"hash": f"{next(_numbers):064x}"})
            made.append(last)
        AuditEntry.objects.bulk_create(made, batch_size=AT_ONCE)


def _told(row: Model) -> dict[str, Any]:
    """Return a row's columns, without the number that the database gives."""
    fields = [one for one in row._meta.concrete_fields if one is not row._meta.auto_field]
    return {field.attname: getattr(row, field.attname) for field in fields}


def _alike(model: type[Model], number: int, **different: Callable[[], Any]) -> None:
    told = _told(model._base_manager.earliest("pk"))
    made = (
        model(**told | {name: make() for name, make in different.items()}) for _ in range(number)
    )
    manager = getattr(model, "door", model._base_manager)
    manager.bulk_create(made, batch_size=AT_ONCE)


def _id() -> uuid.UUID:
    return uuid.UUID(int=(next(_numbers) << 64) + 1)


def _name() -> str:
    return f"many-{next(_numbers):08d}"


def _in_turn(*values: str) -> Callable[[], str]:
    places = count()
    return lambda: values[next(places) % len(values)]
