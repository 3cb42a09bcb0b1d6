"""That somebody signed in was refused a page or an act: on record, and never a flood of it."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounts_app import audit
from accounts_app.models import AuditEntry

ACT = "access.refused"
WHILE = timedelta(hours=1)
# Whoever tries more than this within an hour is known by then.
MOST = 30
LENGTH = 200


def note(person: User, *, method: str, path: str) -> None:
    """Record a refusal; the same one once an hour, and of one person only so many."""
    place = f"{method} {path}"[:LENGTH]
    recent = AuditEntry.objects.filter(
        object_kind="user",
        object_id=str(person.pk),
        action=ACT,
        at__gt=timezone.now() - WHILE,
    )
    told = list(recent.values_list("result", flat=True)[:MOST])
    if place in told or len(told) >= MOST:
        return
    with transaction.atomic():
        audit.record(actor=person, action=ACT, target=person, result=place)
