"""That somebody read the audit is an act itself, recorded before they see it."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models, transaction

from accounts_app import audit, clock
from accounts_app.models import AuditEntry

READ = "audit.read"
# Turning pages and going back is one reading: a page counts once per person in this time.
ONE_READING = timedelta(hours=1)


def note(person: User, page: models.Model | None) -> None:
    """Record that a person reads an entry's page, or, without one, the list."""
    target = page or person
    seen = AuditEntry.objects.filter(
        object_kind=str(target._meta.model_name),
        object_id=str(target.pk),
        action=READ,
        actor=person,
        at__gt=clock.now() - ONE_READING,
    )
    if seen.exists():
        return
    with transaction.atomic():
        audit.record(actor=person, action=READ, target=target)
