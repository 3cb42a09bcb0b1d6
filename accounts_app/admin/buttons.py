"""Which buttons of the catalogue a page offers a person, and what stands in the way of others."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from accounts_app.models import Account, Customer, Discrepancy, Mirrored, Operation
from accounts_app.services import challenges, lanes
from accounts_app.services.catalogue import Kind, kinds_for

RECENT = 10


@dataclass(frozen=True)
class Button:
    """A way to an ask page."""

    label: str
    address: str
    is_irreversible: bool


@dataclass(frozen=True)
class Offer:
    """What may be asked for now, and the open operations that keep the rest from being asked.

    `resting` is the one of them that merely waits for the account's owner.
    """

    buttons: list[Button]
    in_the_way: list[Operation]
    resting: Operation | None = None


def offer(target: Customer | Account, person: User, contradictions: list[Discrepancy]) -> Offer:
    """List what the person may ask for; a contradicted target offers nothing at all."""
    kinds = [kind for kind in kinds_for(target) if person.has_perm(kind.permission)]
    open_ones = list(_open_operations(target))
    free = [kind for kind in kinds if not (contradictions or lanes.among(open_ones, kind, target))]
    if isinstance(target, Account) and challenges.current(target) is None:
        free = [kind for kind in free if "signature" not in kind.fields]
    resting = next((one for one in open_ones if lanes.rests(one)), None)
    return Offer([_button(kind, target) for kind in free], open_ones, resting)


def open_discrepancies(row: Mirrored) -> list[Discrepancy]:
    """List what the provider contradicts itself about."""
    return list(
        Discrepancy.objects.filter(entity_kind=row.KIND, entity_id=row.pk, resolved_at=None)
    )


def recent_operations(target: Customer | Account) -> QuerySet[Operation]:
    """List the last operations about the target, the newest first."""
    return target.operations.select_related("account", "maker", "checker")[:RECENT]


def _open_operations(target: Customer | Account) -> QuerySet[Operation]:
    open_ones = target.operations.filter(state__in=Operation.OPEN).select_related("maker")
    # A customer's page speaks of the customer's own lane; each account tells of its own.
    return open_ones.filter(lane__startswith=f"{target.KIND}:")


def _button(kind: Kind, target: Customer | Account) -> Button:
    name = f"admin:accounts_app_{target._meta.model_name}_ask"
    address = reverse(name, args=[target.pk, kind.name])
    return Button(kind.label, address, kind.is_irreversible)
