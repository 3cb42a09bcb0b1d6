"""How many accounts there are, by status, and how many were opened and closed, by month.

A small programme is counted whenever somebody looks. A large one is counted by the schedule: to
count a million rows for every look at the start page would be most of the page's cost.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts_app.models import Account, Census
from accounts_app.sentences import say

# Up to so many accounts are counted anew for each look: a few milliseconds.
LIVE = 20_000
MONTHS = 12
CLOSED = "closed"


@dataclass(frozen=True)
class Counts:
    """What a count found: accounts by status; those opened and closed in each month, oldest first.

    An account counts as closed in the month of the provider's last change of it.
    """

    at: datetime
    by_status: dict[str, int]
    months: list[datetime]
    opened: list[int]
    closed: list[int]

    @property
    def is_live(self) -> bool:
        """Whether it was counted just now, so that every list agrees with it."""
        return sum(self.by_status.values()) <= LIVE


def look() -> Counts | None:
    """Count what is few; of many return the last count, None while there is none yet."""
    if _is_small():
        return _count(timezone.now())
    kept = Census.objects.order_by("-pk").first()
    return _counts(kept.taken_at, kept.by_status, kept.opened, kept.closed) if kept else None


def take() -> str:
    """Count the accounts of a large programme and keep the numbers; returns what was done."""
    if _is_small():
        return say("The accounts are few: they are counted whenever somebody looks.")
    now = timezone.now()
    by_status = _by_status()
    found = {"taken_at": now, "by_status": by_status, **_by_month(now)}
    Census.objects.update_or_create(pk=1, defaults=found)
    return say("{number} accounts counted.", number=sum(by_status.values()))


def _is_small() -> bool:
    return bool(Account.objects.order_by().values("pk")[: LIVE + 1].count() <= LIVE)


def _count(now: datetime) -> Counts:
    found = _by_month(now)
    return _counts(now, _by_status(), found["opened"], found["closed"])


def _by_status() -> dict[str, int]:
    rows = Account.objects.order_by().values_list("status").annotate(number=Count("pk"))
    return dict(rows)


def _by_month(now: datetime) -> dict[str, dict[str, int]]:
    """Count openings and closings since the first of the months shown, each month by its name."""
    first = months_until(now)[0]
    opened = Account.objects.filter(created_at__gte=first)
    closed = Account.objects.filter(status=CLOSED, updated_at__gte=first)
    return {"opened": _per_month(opened, "created_at"), "closed": _per_month(closed, "updated_at")}


def _per_month(rows: QuerySet[Any], column: str) -> dict[str, int]:
    month = rows.order_by().values(month=TruncMonth(column, tzinfo=UTC))
    found = month.annotate(number=Count("pk")).values_list("month", "number")
    return {f"{start:%Y-%m}": number for start, number in found}


def _counts(
    at: datetime, by_status: dict[str, int], opened: dict[str, int], closed: dict[str, int]
) -> Counts:
    months = months_until(at)
    names = [f"{month:%Y-%m}" for month in months]
    return Counts(
        at=at,
        by_status=by_status,
        months=months,
        opened=[Counter(opened)[name] for name in names],
        closed=[Counter(closed)[name] for name in names],
    )


def months_until(at: datetime) -> list[datetime]:
    """Return the first moments of the last months, the oldest first; that of `at` is the last."""
    number = at.year * 12 + at.month - 1
    return [_start(number - back) for back in reversed(range(MONTHS))]


def month_after(start: datetime) -> datetime:
    """Return the first moment of the month after the one that begins then."""
    return _start(start.year * 12 + start.month)


def _start(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
