"""The one way an operation changes state: compare, swap, and record, in one transaction."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from accounts_app import audit, clock
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Operation
from accounts_app.sentences import say
from accounts_app.services import signatures
from accounts_app.services.catalogue import KINDS, Target


def asked_about(operation: Operation) -> Target | None:
    """Return what the operation was asked about: of a creation, what it was to be made under.

    None while a customer is to be made.
    """
    target: Target | None = getattr(operation, KINDS[operation.kind].target.KIND)
    return target


def target_of(operation: Operation) -> Target | None:
    """Return what shows the effect: what was made, once it is known, or what it was asked about."""
    return operation.card or operation.account or operation.customer


def known_target_of(operation: Operation) -> Target:
    """Return the same for an operation that is about something that exists."""
    target = target_of(operation)
    assert target is not None, "only what is to make a customer is about nothing yet"  # noqa: S101
    return target


def move(
    operation: Operation, to: Operation.State, *, actor: User, result: str = "", **columns: Any
) -> None:
    """Move the operation to a state, write the further columns, and record who and why.

    Raises AlreadyMoved when its state or lease number is no longer the one in hand: whoever holds
    the newer lease decides, and a worker that slept cannot write a result.
    """
    before = operation.state
    if to not in Operation.OPEN:
        columns |= {"ended_at": clock.now(), "next_at": None, "lease_until": None}
        columns |= signatures.reduction(operation)
    with transaction.atomic():
        in_hand = Operation.objects.filter(
            pk=operation.pk, state=before, lease_number=operation.lease_number
        )
        if not in_hand.update(state=to, **columns):
            raise AlreadyMoved(say("Operation {pk} has moved on in the meantime.", pk=operation.pk))
        for name, value in {"state": to, **columns}.items():
            setattr(operation, name, value)
        audit.record(
            actor=actor,
            action=f"{operation.kind}.{to}",
            target=target_of(operation) or operation,
            operation=operation,
            reason=operation.reason,
            before={"operation": before, "status": operation.status_before},
            after={
                "operation": to,
                "status": operation.status_after or operation.status_before,
                **({"evidence": columns["evidence"]} if "evidence" in columns else {}),
            },
            result=result,
        )
