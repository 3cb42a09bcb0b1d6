"""The numbers of the programme, read from the database whenever they are asked for.

They are right with any number of processes; counters are those of the process that answers.
"""

from collections.abc import Iterator

import django.db
from django.db.models import Count, Sum
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts_app.models import Discrepancy, Operation, RefusedDelivery
from accounts_app.services import health
from accounts_app.services.health import Health

DATABASE_UP = "Whether the database answers."


class ProgrammeCollector(Collector):
    """Four queries a scrape; without a database, only the number that says so."""

    def describe(self) -> list[Metric]:
        """Promise nothing, so that to register is not to ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        try:
            gauges = [*_health(health.look()), _operations(), _discrepancies(), _refused()]
        except django.db.Error:
            yield _gauge("database_up", DATABASE_UP, 0)
            return
        yield _gauge("database_up", DATABASE_UP, 1)
        yield from gauges


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"offblocks_{name}", meaning, value=value)


def _health(now: Health) -> Iterator[Metric]:
    for kind, age in now.due.items():
        meaning = f"How long the longest waiting {kind} is due."
        yield _gauge(f"oldest_due_{kind}_seconds", meaning, age.total_seconds())
    meaning = "Events that wait for a read of their entity."
    yield _gauge("pending_events", meaning, now.pending_events)
    yield _gauge("sending_paused", "Whether sending is paused.", bool(now.pause))
    silent = now.at - (now.silent_since or now.at)
    meaning = "For how long the provider does not answer."
    yield _gauge("provider_silent_seconds", meaning, silent.total_seconds())
    meaning = "The provider's clock minus ours, when last measured."
    yield _gauge("clock_offset_seconds", meaning, now.clock_offset.total_seconds())


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


def _refused() -> Metric:
    meaning = "Webhook deliveries refused, by reason."
    metric = CounterMetricFamily("offblocks_refused_deliveries", meaning, labels=["reason"])
    rows = RefusedDelivery.objects.order_by().values_list("reason").annotate(Sum("number"))
    for reason, number in rows:
        metric.add_metric([reason], number)
    return metric
