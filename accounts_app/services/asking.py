"""What stands in the way of an operation, and what of a form is kept when nothing does."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts_app.errors import Contradicted, Incomplete, OperationOpen, StaleView, WrongState
from accounts_app.models import Account, Customer, Discrepancy, Operation, Snapshot
from accounts_app.services import challenges, lanes
from accounts_app.services.catalogue import KINDS, Kind


@dataclass(frozen=True)
class Asked:
    """What the ask page sends: the kind, why, and what the maker saw.

    `form_number` makes a form count once; `revision` is the target's as shown on the page.
    """

    kind: str
    target_id: uuid.UUID
    reason: str
    form_number: uuid.UUID
    revision: int
    reference: str = ""
    confirmation: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def refuse_unless_possible(kind: Kind, target: Customer | Account, asked: Asked) -> None:
    """Raise the Refusal that tells what stands in the way, if anything does."""
    if not asked.reason.strip():
        raise Incomplete("Say why: the reason is kept with the operation.", field="reason")
    if kind.is_irreversible and asked.confirmation.strip().lower() != str(target.pk):
        raise Incomplete(
            f"Type the account id {target.pk} to confirm: this cannot be undone.",
            field="confirmation",
        )
    open_one = lanes.in_the_way(kind, target)
    if open_one:
        raise already_open(open_one)
    if target.revision != asked.revision:
        raise StaleView(
            f"The {target.KIND} changed since you opened this page: it is now {target.status}. "
            "Look at it again, then ask anew.",
            changes=changed_since(target, asked.revision),
        )
    if is_contradicted(target):
        raise Contradicted(
            f"The provider contradicts itself about this {target.KIND}. Nothing can be asked for "
            "until two people have ended that discrepancy."
        )
    if not kind.may_start(target):
        allowed = " or ".join(sorted(kind.start))
        raise WrongState(
            f"{kind.label} needs the {target.KIND} to be {allowed}; it is {target.status}."
        )


def changed_since(target: Customer | Account, revision: int) -> dict[str, list[Any]]:
    """Return what differs from the target as it was at a revision: field to [before, now]."""
    later = Snapshot.objects.filter(
        entity_kind=target.KIND, entity_id=target.pk, revision__gt=revision
    )
    told: dict[str, list[Any]] = {}
    for changed in later.order_by("id").values_list("changed", flat=True):
        for name, (before, now) in changed.items():
            told[name] = [told.get(name, [before])[0], now]
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def is_contradicted(target: Customer | Account) -> bool:
    """Whether the provider contradicts itself about the target, which blocks every operation."""
    return Discrepancy.objects.filter(entity_id=target.pk, resolved_at=None).exists()


def entries(kind: Kind, target: Customer | Account, asked: Asked) -> dict[str, Any]:
    """Check the kind's own entries and return what is kept of them."""
    if "currency" in kind.fields:
        currency = asked.fields.get("currency", "")
        if currency not in settings.OFFBLOCKS_CURRENCIES:
            raise Incomplete("Choose one of the currencies offered.", field="currency")
        return {"currency": currency}
    if "signature" in kind.fields:
        return _signature_fields(target, asked)
    return {}


def _signature_fields(account: Any, asked: Asked) -> dict[str, Any]:
    challenge = challenges.current(account)
    if challenge is None:
        raise WrongState("There is no challenge to sign. Fetch a new one first.")
    if asked.fields.get("challenge", "") not in ("", str(challenge.pk)):
        raise StaleView(
            "A newer challenge was issued since you opened this page, so this signature is void. "
            "Hand the owner the challenge shown now.",
        )
    checked = challenges.check(account, challenge, asked.fields.get("signature", ""))
    return {
        "challenge": str(challenge.pk),
        "signature": checked.encoded,
        "checked_here": checked.is_checked,
    }


def already_open(operation: Operation) -> OperationOpen:
    """Return the refusal that names who asked first."""
    rule = "Only one operation can be open at a time."
    if lanes.rests(operation):
        rule = (
            "It waits for the owner's signature. Meanwhile the account can only be deactivated; "
            "on its page two people can end the wait."
        )
    return OperationOpen(
        f"{KINDS[operation.kind].label} was already requested by {operation.maker.get_username()} "
        f"at {timezone.localtime(operation.requested_at):%H:%M on %d %B}. {rule}",
        operation=operation,
    )
