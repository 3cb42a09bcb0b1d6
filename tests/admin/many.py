"""Ten thousand of a sort at once, for the tests of pages that must not grow; none is read for."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from accounts_app import audit
from accounts_app.models import Account, AuditEntry, Snapshot, WebhookEvent
from tests.admin import rows

STATUSES = ("active", "active", "inactive", "closed")


def events(number: int, *, first: int = 1) -> None:
    """Keep so many events that were looked into, one a second, numbered from `first`."""
    now = timezone.now()
    made = (
        WebhookEvent(
            event_id=str(uuid.UUID(int=place)),
            digest=f"{place:064x}",
            type="account.updated",
            entity_kind="account",
            entity_id=uuid.UUID(int=place),
            body=b"{}",
            state=WebhookEvent.State.DONE,
            received_at=now - timedelta(seconds=first + number - place),
        )
        for place in range(first, first + number)
    )
    WebhookEvent.objects.bulk_create(made, batch_size=1000)


def accounts(number: int, first: int = 1) -> None:
    """Mirror so many accounts of one customer through the door, without looking at each."""
    told = ("created_at", "updated_at", "updated_at_text", "revision", "asked_at", "source")
    one = rows.account()
    columns = {name: getattr(one, name) for name in (*told, "customer_id", "currencies", "type")}
    made = (
        Account(id=uuid.UUID(int=place), status=STATUSES[place % len(STATUSES)], **columns)
        for place in range(first, first + number)
    )
    Account.door.bulk_create(made, batch_size=1000)


def history(account: Account, number: int) -> None:
    """Let so much of every sort happen to an account, one of each a minute; more goes on top."""
    began = timezone.now() - timedelta(minutes=number)
    times = [began + timedelta(minutes=place) for place in range(number)]
    first = Snapshot.objects.filter(entity_id=account.pk).earliest("pk")
    last, system = AuditEntry.objects.count(), audit.system_user()
    made = [
        [_snapshot(first, at) for at in times],
        [_payment(account, at, place) for place, at in enumerate(times, start=last)],
        [_act(account, at, last + place, system) for place, at in enumerate(times, start=1)],
    ]
    for some in made:
        type(some[0])._default_manager.bulk_create(some, batch_size=1000)


def _snapshot(first: Snapshot, at: datetime) -> Snapshot:
    columns = ("entity_kind", "entity_id", "representation", "digest", "status", "revision")
    told = {name: getattr(first, name) for name in columns}
    return Snapshot(**told, source="sync", changed={"note": [1, 2]}, asked_at=at, recorded_at=at)


def _payment(account: Account, at: datetime, place: int) -> WebhookEvent:
    return WebhookEvent(
        event_id=str(uuid.UUID(int=10**9 + place)),
        digest=f"{place:064x}",
        type="transaction.updated",
        entity_kind="transaction",
        account_id=account.pk,
        body=b'{"amount": "1.00"}',
        state=WebhookEvent.State.RECORDED,
        received_at=at,
    )


def _act(account: Account, at: datetime, sequence: int, system: User) -> AuditEntry:
    return AuditEntry(
        sequence=sequence,
        at=at,
        actor=system,
        actor_name=system.username,
        action="refreshed",
        object_kind="account",
        object_id=str(account.pk),
        previous_hash=f"{sequence - 1:064x}",
        hash=f"{sequence:064x}",
    )
