"""The numbers of the programme, read from the database whenever they are asked for.

So they are right with any number of processes; counters are of the one process that answers.
"""

from collections.abc import Iterator
from datetime import datetime

import django.db
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts_app.models import Discrepancy, Operation, WebhookEvent
from accounts_app.work import IN_HAND


def oldest_due() -> dict[str, float]:
    """Return for how many seconds the longest waiting event and operation have been due."""
    now = timezone.now()
    return {
        "event": _age(now, WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING)),
        "operation": _age(now, Operation.objects.filter(state__in=IN_HAND)),
    }


def _age(now: datetime, rows: "django.db.models.QuerySet[WebhookEvent] | django.db.models.QuerySet[Operation]") -> float:
    first: datetime | None = rows.aggregate(first=Min("next_at"))["first"]
    return max((now - first).total_seconds(), 0) if first else 0


class ProgrammeCollector(Collector):
    """Four queries a scrape; without a database, only the number that says so."""

    def describe(self) -> list[Metric]:
        """Promise nothing, so that registering does not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        try:
            gauges = [*_ages(), _pending(), _operations(), _discrepancies()]
        except django.db.Error:
            yield _gauge("database_up", "Whether the database answers.", 0)
            return
        yield _gauge("database_up", "Whether the database answers.", 1)
        yield from gauges


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"offblocks_{name}", meaning, value=value)


def _ages() -> list[Metric]:
    return [
        _gauge(f"oldest_due_{kind}_seconds", f"How long the longest waiting {kind} is due.", age)
        for kind, age in oldest_due().items()
    ]
