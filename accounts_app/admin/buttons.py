"""Which buttons of the catalogue a page offers a person, and what stands in the way of others."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from accounts_app.models import Card, Discrepancy, Mirrored, Operation
from accounts_app.services import challenges, lanes
from accounts_app.services.catalogue import Kind, Target, kinds_for, makers_of

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
    if not isinstance(target, Card) and challenges.current(target) is None:
        free = [kind for kind in free if not kind.signs]
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
    return Button(str(kind.label), ask_address(kind, target), kind.is_irreversible)


def ask_address(kind: Kind, target: Target | None) -> str:
    """Return the address of the kind's ask page, about the target or out of nothing."""
    name = f"admin:accounts_app_{kind.target.KIND}_ask"
    if kind.begins or target is None:
        return reverse(f"{name}_new", args=[kind.name])
    return reverse(name, args=[target.pk, kind.name])


def beginnings(model: type[Target], person: User) -> list[Button]:
    """List what the person may ask for that makes such a one out of nothing."""
    kinds = [kind for kind in makers_of(model) if person.has_perm(kind.permission)]
    return [
        Button(str(kind.label), ask_address(kind, None), kind.is_irreversible) for kind in kinds
    ]
