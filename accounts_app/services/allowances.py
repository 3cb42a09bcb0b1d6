"""How often something may happen in a while, counted in the database and so by all processes."""

from datetime import timedelta

from django.db.models import F

from accounts_app import clock
from accounts_app.models import Allowance


def take(key: str, limit: int, within: timedelta) -> bool:
    """Count one more time under this key; return whether that still keeps the limit.

    The time begins with the first one and then begins anew. Two processes never count as one.
    """
    now = clock.now()
    rows = Allowance.objects.filter(key=key)
    if not rows.filter(ends_at__gt=now).update(number=F("number") + 1):
        _begin(key, now + within)
    return rows.values_list("number", flat=True)[0] <= limit


def _begin(key: str, ends_at: object) -> None:
    rows = Allowance.objects.filter(key=key)
    begun = {"number": 1, "ends_at": ends_at}
    if rows.filter(ends_at__lte=clock.now()).update(**begun):
        return
    _, is_new = Allowance.objects.get_or_create(key=key, defaults=begun)
    if not is_new:
        # Somebody else began at the same moment.
        rows.update(number=F("number") + 1)


def tidy() -> int:
    """Drop what is over; return how many."""
    number, _ = Allowance.objects.filter(ends_at__lte=clock.now()).delete()
    return number
