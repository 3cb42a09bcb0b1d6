"""Waits until everything the sandbox told has been delivered, read back and mirrored."""

import time

from django.core.management import CommandError

from accounts_app import work
from accounts_app.management.demo.provider import Provider
from accounts_app.models import Operation, WebhookEvent

GLANCE = 0.25
"""Seconds between two looks."""
PATIENCE = 60.0
"""Seconds without any progress after which waiting is no use."""


def drain(provider: Provider, *, works: bool) -> None:
    """Wait for the worker, or with `works` do its work here. CommandError when nothing moves."""
    left, moved_at = _left(provider), time.monotonic()
    while left:
        if not (works and work.run_due()):
            time.sleep(GLANCE)
        before, left = left, _left(provider)
        if left != before:
            moved_at = time.monotonic()
        if time.monotonic() - moved_at > PATIENCE:
            raise CommandError(
                f"{left} events and operations have waited for a minute and nobody looks into "
                "them. Start the worker (manage.py run_worker), then seed_demo again: it goes on "
                "where it stopped."
            )


def _left(provider: Provider) -> int:
    """Count what the worker has to do still; the sandbox is asked only when that is nothing."""
    events = WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING).count()
    operations = Operation.objects.filter(state__in=Operation.IN_HAND).count()
    if events + operations:
        return events + operations
    return sum(one["status"] == "queued" for one in provider.ask("deliveries"))
