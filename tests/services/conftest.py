"""What the tests of the use-cases share: a provider that changes by itself, and passing time."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db.models import Min
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, WebhookEvent
from tests.deliveries import pending


@pytest.fixture
def happened(sandbox, programme) -> tuple[Account, bytes]:
    """Let the provider change a mirrored account by itself; gives the account and the event."""
    account = programme.account()
    sandbox.deliveries.take()
    sandbox.world.change("account", str(account.pk), "inactive")
    (body,) = sandbox.deliveries.take()
    return account, body


@pytest.fixture
def until_quiet() -> Iterator[Callable[[], None]]:
    """A function that does due work and lets time pass until no event waits any more."""

    def wait() -> None:
        for _ in range(60):
            work.run_due()
            first = pending().aggregate(first=Min("next_at"))["first"]
            if first is None:
                return
            # While the provider is silent the due wait longer than their own time.
            traveller.move_to(max(first, timezone.now() + timedelta(seconds=30)))
        raise AssertionError(list(WebhookEvent.objects.values("state", "note", "attempts")))

    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield wait
