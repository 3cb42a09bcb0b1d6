"""Which open operations stand in the way of another one: a lane holds one at a time.

What reaches everything below its target stands in the way there as well, and the other way round:
a customer's deactivation and the reactivation of one of their accounts would undo each other.
A close whose owner never signs would keep its account's lane for ever. While it merely waits, what
protects the account gets a lane beside it, and two people can end the wait.
"""

import uuid
from typing import Any

from accounts_app.models import Account, Card, Customer, Operation
from accounts_app.services import challenges, newcomers
from accounts_app.services.catalogue import KINDS, Kind, Target
from accounts_app.services.transitions import asked_about

State = Operation.State


def of(kind: Kind, target: Target | None, fields: dict[str, Any]) -> str:
    """Name the lane that a new operation of this kind keeps to itself."""
    if target is None:
        return newcomers.lane(fields)
    own, beside = both(kind, target.pk)
    return beside if any(_may_pass(kind, one) for one in _open_in([own])) else own


def both(kind: Kind, target_id: uuid.UUID) -> tuple[str, str]:
    """Name the lane of such operations, and the one beside it."""
    own = kind.lane(target_id)
    return own, f"{own}:beside"


def customer_of(target: Target) -> Customer:
    """Return the customer whom the target belongs to, or is."""
    if isinstance(target, Card):
        return target.account.customer
    return target.customer if isinstance(target, Account) else target


def cards_of(target: Customer | Account) -> list[Card]:
    """List the cards that hang from a customer or an account, the oldest first."""
    cards = Card.objects.select_related("account").order_by("created_at", "pk")
    whose = {"account": target} if isinstance(target, Account) else {"account__customer": target}
    return list(cards.filter(**whose))


def open_around(target: Target) -> list[Operation]:
    """List the open operations about its customer and everything that hangs from them."""
    related = Operation.objects.select_related("customer", "account", "card__account", "maker")
    around = related.filter(customer=customer_of(target), state__in=Operation.OPEN)
    return list(around.order_by("pk"))


def in_the_way(kind: Kind, target: Target) -> Operation | None:
    """Return the open operation that keeps such a one from being asked for, if any does."""
    return among(open_around(target), kind, target)


def among(operations: list[Operation], kind: Kind, target: Target) -> Operation | None:
    """Return the same from open operations that are at hand."""
    standing = (one for one in operations if _meets(kind, target, one))
    return next((one for one in standing if not _may_pass(kind, one)), None)


def _meets(kind: Kind, target: Target, operation: Operation) -> bool:
    """Whether both are in one lane, or one of them reaches what the other is about."""
    if operation.lane in both(kind, target.pk):
        return True
    other, about = KINDS[operation.kind], asked_about(operation)
    if about is None or kind.own_lane or other.own_lane:
        return False
    reaches_us = other.cascades and _is_above(about, target)
    return reaches_us or (kind.cascades and _is_above(target, about))


def _is_above(upper: Target, lower: Target) -> bool:
    """Whether the lower of the two hangs from the upper."""
    if isinstance(lower, Card):
        return upper.pk in (lower.account_id, lower.account.customer_id)
    return isinstance(lower, Account) and upper.pk == lower.customer_id


def waits_for_owner(operation: Operation) -> bool:
    """Whether it was accepted and its challenge waits; the owner may take their time."""
    subject = challenges.subject_of(operation)
    if operation.state != State.ACCEPTED or subject is None:
        return False
    return challenges.current(subject) is not None


def is_joined(operation: Operation) -> bool:
    """Whether it is of a kind that the owner's signature is handed in for: a close."""
    return bool(_joining(operation))


def rests(operation: Operation) -> bool:
    """Whether a close merely waits for the owner: nothing of ours is on its way to the provider."""
    if not (is_joined(operation) and waits_for_owner(operation)):
        return False
    of_account = Operation.objects.filter(account=operation.account, kind__in=_joining(operation))
    return not of_account.filter(state__in=Operation.IN_HAND).exists()


def _joining(operation: Operation) -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.joins == operation.kind]


def _open_in(lanes: list[str]) -> list[Operation]:
    return list(Operation.objects.filter(lane__in=lanes, state__in=Operation.OPEN).order_by("pk"))


def _may_pass(kind: Kind, operation: Operation) -> bool:
    return operation.kind == kind.beside and rests(operation)


def not_applied_before(kind: Kind, lane: str, target: Target | None) -> Operation | None:
    """Return the request that a new one repeats, when the last of its kind did not take effect."""
    same = target.operations.all() if target else Operation.objects.filter(lane=lane)
    last = same.filter(kind=kind.name).order_by("-pk").first()
    return last if last and last.state == Operation.State.NOT_APPLIED else None
