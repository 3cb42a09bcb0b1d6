"""Asking for a full comparison: the row waits, and the worker makes it as soon as it can."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from accounts_app import audit, clock
from accounts_app.errors import NotPermitted
from accounts_app.models import Reconciliation
from accounts_app.services import jobs

State = Reconciliation.State
Trigger = Reconciliation.Trigger


def ask(trigger: Trigger, *, person: User | None = None) -> tuple[Reconciliation, bool]:
    """Have the mirror compared with the provider soon.

    Returns the row that tells what comes of it, and whether it is new: while one waits already, or
    was started in this very moment, that one is returned. `person` is None when the programme asks.
    Raises NotPermitted.
    """
    if person is not None and not person.has_perm("accounts_app.run_reconciliation"):
        raise NotPermitted("You may not start a full comparison.")
    try:
        waiting, is_new = _waiting(trigger, person or audit.system_user())
    except IntegrityError:
        # Somebody else asked in the same moment, and the worker has begun with theirs already.
        return Reconciliation.objects.latest("pk"), False
    jobs.make_due(jobs.SWEEP)
    return waiting, is_new


def after(held: Reconciliation) -> Reconciliation | None:
    """Return a newer comparison that brought both sides together: what is held is old since."""
    newer = Reconciliation.objects.filter(pk__gt=held.pk, state__in=(State.EQUAL, State.APPLIED))
    return newer.order_by("pk").last()


def _waiting(trigger: Trigger, starter: User) -> tuple[Reconciliation, bool]:
    with transaction.atomic():
        waiting, is_new = Reconciliation.objects.get_or_create(
            state=State.WAITING,
            defaults={"trigger": trigger, "starter": starter, "started_at": clock.now()},
        )
        if is_new:
            audit.record(actor=starter, action="comparison.asked", target=waiting)
    return waiting, is_new
