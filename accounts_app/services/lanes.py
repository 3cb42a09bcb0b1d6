"""Which open operations stand in the way of another one: a lane holds one at a time.

A close whose owner never signs would keep its account's lane for ever. While it merely waits, what
protects the account gets a lane beside it, and two people can end the wait.
"""

import uuid

from accounts_app.models import Account, Customer, Operation
from accounts_app.services import challenges
from accounts_app.services.catalogue import KINDS, Kind

State = Operation.State


def of(kind: Kind, target: Customer | Account) -> str:
    """Name the lane that a new operation of this kind keeps to itself."""
    own, beside = both(kind, target.pk)
    return beside if any(_may_pass(kind, one) for one in _open_in([own])) else own


def both(kind: Kind, target_id: uuid.UUID) -> tuple[str, str]:
    """Name the lane of such operations, and the one beside it."""
    own = kind.lane(target_id)
    return own, f"{own}:beside"


def in_the_way(kind: Kind, target: Customer | Account) -> Operation | None:
    """Return the open operation that keeps such a one from being asked for, if any does."""
    return among(_open_in([*both(kind, target.pk)]), kind, target)


def among(operations: list[Operation], kind: Kind, target: Customer | Account) -> Operation | None:
    """Return the same from open operations that are at hand."""
    lanes = both(kind, target.pk)
    standing = (one for one in operations if one.lane in lanes and not _may_pass(kind, one))
    return next(standing, None)


def waits_for_owner(operation: Operation) -> bool:
    """Whether it was accepted and its challenge waits; the owner may take their time."""
    if operation.state != State.ACCEPTED or operation.account is None:
        return False
    return challenges.current(operation.account) is not None


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
