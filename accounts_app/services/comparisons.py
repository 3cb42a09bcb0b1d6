"""Asking for a full comparison: the row waits, and the worker makes it as soon as it can."""

from django.contrib.auth.models import User
from django.db import transaction

from accounts_app import audit, clock
from accounts_app.errors import NotPermitted
from accounts_app.models import Reconciliation
from accounts_app.services import jobs

State = Reconciliation.State
Trigger = Reconciliation.Trigger


def ask(trigger: Trigger, *, person: User | None = None) -> Reconciliation:
    """Have the mirror compared with the provider soon; return the row that tells what comes of it.

    `person` is None when the programme asks. While one waits already, that one is returned. Raises
    NotPermitted.
    """
    if person is not None and not person.has_perm("accounts_app.run_reconciliation"):
        raise NotPermitted("You may not start a full comparison.")
    with transaction.atomic():
        starter = person or audit.system_user()
        waiting, is_new = Reconciliation.objects.get_or_create(
            state=State.WAITING,
            defaults={"trigger": trigger, "starter": starter, "started_at": clock.now()},
        )
        if is_new:
            audit.record(actor=starter, action="comparison.asked", target=waiting)
    jobs.make_due(jobs.SWEEP)
    return waiting
