"""How the intake of webhooks does: how soon events are looked into, and what was refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Sum

from accounts_app.models import RefusedDelivery, WebhookEvent

LAST = 200  # events
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Delay:
    """How long the last events waited to be looked into; `number` is of how many that is told."""

    number: int
    half_within: timedelta
    longest: timedelta


def delay() -> Delay | None:
    """Return the delay of the last events that were looked into; None when there were none."""
    events = WebhookEvent.objects.order_by("-pk").values_list("received_at", "ended_at", "state")
    waits = sorted(
        ended - received
        for received, ended, state in events[:LAST]
        if ended and state == WebhookEvent.State.DONE
    )
    return Delay(len(waits), median(waits), waits[-1]) if waits else None


def refused(now: datetime) -> int:
    """Return how many deliveries were refused within a day; by the hours that are kept."""
    news = RefusedDelivery.objects.filter(last_at__gte=now - A_DAY)
    return int(news.aggregate(number=Sum("number"))["number"] or 0)
