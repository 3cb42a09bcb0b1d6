"""Ten thousand events at once, for the tests of lists; nothing is read for them."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accounts_app.models import WebhookEvent


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
