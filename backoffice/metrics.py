"""The numbers of the programme, read from the database whenever they are asked for.

They are right with any number of processes; counters are those of the process that answers.
"""

from collections.abc import Iterator
from datetime import datetime

import django.db
from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts_app.models import Discrepancy, Operation, WebhookEvent
from accounts_app.work import IN_HAND

DATABASE_UP = "Whether the database answers."


def oldest_due() -> dict[str, float]:
    """Return for how many seconds the longest waiting event and operation have been due."""
    pending = WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING)
    in_hand = Operation.objects.filter(state__in=IN_HAND)
    return {"event": _seconds_due(pending), "operation": _seconds_due(in_hand)}


def _seconds_due(rows: "QuerySet[WebhookEvent] | QuerySet[Operation]") -> float:
    first: datetime | None = rows.aggregate(first=Min("next_at"))["first"]
    return max((timezone.now() - first).total_seconds(), 0) if first else 0


class ProgrammeCollector(Collector):
    """Five queries a scrape; without a database, only the number that says so."""

    def describe(self) -> list[Metric]:
        """Promise nothing, so that to register is not to ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        try:
            gauges = [*_ages(), _pending(), _operations(), _discrepancies()]
        except django.db.Error:
            yield _gauge("database_up", DATABASE_UP, 0)
            return
        yield _gauge("database_up", DATABASE_UP, 1)
        yield from gauges


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"offblocks_{name}", meaning, value=value)


def _ages() -> list[Metric]:
    return [
        _gauge(f"oldest_due_{kind}_seconds", f"How long the longest waiting {kind} is due.", age)
        for kind, age in oldest_due().items()
    ]


def _pending() -> Metric:
    pending = WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING).count()
    return _gauge("pending_events", "Events that wait for a read of their entity.", pending)


def _operations() -> Metric:
    metric = GaugeMetricFamily("offblocks_operations", "Operations by state.", labels=["state"])
    # Every state is told, also those without operations: an absent number raises no alarm.
    counts = dict.fromkeys(Operation.State.values, 0)
    rows = Operation.objects.order_by().values_list("state").annotate(number=Count("pk"))
    for state, number in {**counts, **dict(rows)}.items():
        metric.add_metric([state], number)
    return metric


def _discrepancies() -> Metric:
    found = Discrepancy.objects.filter(resolved_at=None).count()
    return _gauge("open_discrepancies", "Contradictions nobody has resolved yet.", found)
