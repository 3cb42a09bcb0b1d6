"""Which buttons of the catalogue a page offers a person, and what stands in the way of others."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from accounts_app.models import Account, Discrepancy, Mirrored, Operation
from accounts_app.services import challenges, lanes
from accounts_app.services.catalogue import Kind, Target, kinds_for

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

    `in_the_way` are about the target itself, `around` about what it hangs from or what hangs from
    it. `resting` is the one of the former that merely waits for the account's owner.
    """

    buttons: list[Button]
    in_the_way: list[Operation]
    around: list[Operation]
    resting: Operation | None = None


def offer(target: Target, person: User, contradictions: list[Discrepancy]) -> Offer:
    """List what the person may ask for; a contradicted target offers nothing at all."""
    kinds = [kind for kind in kinds_for(target) if person.has_perm(kind.permission)]
    open_ones = lanes.open_around(target)
    held_by = {kind: lanes.among(open_ones, kind, target) for kind in kinds}
    free = [kind for kind in kinds if not (contradictions or held_by[kind])]
    if isinstance(target, Account) and challenges.current(target) is None:
        free = [kind for kind in free if "signature" not in kind.fields]
    own = [one for one in open_ones if one.lane.startswith(f"{target.KIND}:{target.pk}")]
    return Offer(
        buttons=[_button(kind, target) for kind in free],
        in_the_way=own,
        around=[one for one in open_ones if one in held_by.values() and one not in own],
        resting=next((one for one in own if lanes.rests(one)), None),
    )


def open_discrepancies(row: Mirrored) -> list[Discrepancy]:
    """List what the provider contradicts itself about."""
    return list(
        Discrepancy.objects.filter(entity_kind=row.KIND, entity_id=row.pk, resolved_at=None)
    )


def recent_operations(target: Target) -> QuerySet[Operation]:
    """List the last operations about the target and what hangs from it, the newest first."""
    return target.operations.select_related("account", "card", "maker", "checker")[:RECENT]


def _button(kind: Kind, target: Target) -> Button:
    name = f"admin:accounts_app_{target._meta.model_name}_ask"
    address = reverse(name, args=[target.pk, kind.name])
    return Button(kind.label, address, kind.is_irreversible)
