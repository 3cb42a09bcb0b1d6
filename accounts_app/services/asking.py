"""What stands in the way of an operation, and what of a form is kept when nothing does."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts_app import clock
from accounts_app.errors import Contradicted, Incomplete, OperationOpen, StaleView, WrongState
from accounts_app.models import Discrepancy, Operation, Snapshot
from accounts_app.offblocks import card_numbers
from accounts_app.sentences import say
from accounts_app.services import causes, challenges, lanes, newcomers
from accounts_app.services.catalogue import KINDS, Kind, Target
from accounts_app.services.transitions import asked_about


@dataclass(frozen=True)
class Asked:
    """What the ask page sends: the kind, why, and what the maker saw.

    `form_number` makes a form count once; `revision` is the target's as shown on the page.
    """

    kind: str
    target_id: uuid.UUID | None
    reason: str
    form_number: uuid.UUID
    revision: int
    cause: str = causes.OTHER
    reference: str = ""
    confirmation: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Mask card numbers: what is agreed to by its digest must be what is kept."""
        object.__setattr__(self, "reason", card_numbers.mask(self.reason))
        object.__setattr__(self, "reference", card_numbers.mask(self.reference))


def refuse_unless_possible(kind: Kind, target: Target | None, asked: Asked) -> None:
    """Raise the Refusal that tells what stands in the way, if anything does."""
    if not asked.reason.strip():
        raise Incomplete("Say why: the reason is kept with the operation.", field="reason")
    if asked.cause not in causes.LABELS:
        raise Incomplete(_("Choose one of the causes offered."), field="cause")
    if target is not None:
        _refuse_about(kind, target, asked)


def _refuse_about(kind: Kind, target: Target, asked: Asked) -> None:
    """Raise what stands in the way of asking about something that exists."""
    if kind.is_irreversible and asked.confirmation.strip().lower() != str(target.pk):
        raise Incomplete(
            say(
                "Type the {kind} id {id} to confirm: this cannot be undone.",
                kind=target.KIND,
                id=target.pk,
            ),
            field="confirmation",
        )
    open_one = lanes.in_the_way(kind, target)
    if open_one:
        raise already_open(open_one, target)
    if target.revision != asked.revision:
        raise StaleView(
            say(
                "{the} changed since you opened this page: it is now {status}. Look at it "
                "again, then ask anew.",
                the=f"The {target.KIND}",
                status=target.status,
            ),
            changes=changed_since(target, asked.revision),
        )
    if is_contradicted(target):
        raise contradicted(target)
    if not kind.may_start(target):
        raise wrong_state(kind, target)


def changed_since(target: Target, revision: int) -> dict[str, list[Any]]:
    """Return what differs from the target as it was at a revision: field to [before, now]."""
    later = Snapshot.objects.filter(
        entity_kind=target.KIND, entity_id=target.pk, revision__gt=revision
    )
    told: dict[str, list[Any]] = {}
    for changed in later.order_by("id").values_list("changed", flat=True):
        for name, (before, now) in changed.items():
            told[name] = [told.get(name, [before])[0], now]
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def is_contradicted(target: Target) -> bool:
    """Whether the provider contradicts itself about the target, which blocks every operation."""
    return Discrepancy.objects.filter(entity_id=target.pk, resolved_at=None).exists()


def contradicted(target: Target) -> Contradicted:
    """Return the refusal that tells of an open discrepancy."""
    return Contradicted(
        say(
            "The provider contradicts itself about {this}. Nothing can be asked for until two "
            "people have ended that discrepancy.",
            this=f"this {target.KIND}",
        )
    )


def wrong_state(kind: Kind, target: Target) -> WrongState:
    """Return the refusal that tells which states the kind needs."""
    allowed = " or ".join(sorted(kind.start))
    return WrongState(
        say(
            "{label} needs {the} to be {allowed}; it is {status}.",
            label=kind.label,
            the=f"the {target.KIND}",
            allowed=allowed,
            status=target.status,
        )
    )


def entries(kind: Kind, target: Target | None, asked: Asked) -> dict[str, Any]:
    """Check the kind's own entries and return what is kept of them."""
    if kind.begins:
        fields = newcomers.entries(asked.fields)
        newcomers.refuse_known(fields)
        return fields
    if "currency" in kind.fields:
        currency = asked.fields.get("currency", "")
        if currency not in settings.OFFBLOCKS_CURRENCIES:
            raise Incomplete("Choose one of the currencies offered.", field="currency")
        return {"currency": currency}
    if kind.signs:
        return _signature_fields(target, asked)
    return {}


def _signature_fields(subject: Any, asked: Asked) -> dict[str, Any]:
    challenge = challenges.current(subject)
    if challenge is None:
        raise WrongState("There is no challenge to sign. Fetch a new one first.")
    if asked.fields.get("challenge", "") not in ("", str(challenge.pk)):
        raise StaleView(
            "A newer challenge was issued since you opened this page, so this signature is void. "
            "Hand the owner the challenge shown now.",
        )
    checked = challenges.check(subject, challenge, asked.fields.get("signature", ""))
    return {
        "challenge": str(challenge.pk),
        "signature": checked.encoded,
        "checked_here": checked.is_checked,
    }


def already_open(operation: Operation, target: Target) -> OperationOpen:
    """Return the refusal that names who asked first, and for what if not for the target itself."""
    about, kind = asked_about(operation), KINDS[operation.kind]
    is_other = about is not None and about != target
    told = {
        "label": kind.label,
        "person": operation.maker.get_username(),
        "at": clock.told(operation.requested_at),
        "rule": _rule(operation, is_other),
    }
    if about and is_other:
        sentence = say(
            "{label} of {what} was already requested by {person} at {at}. {rule}",
            what=name_of(about),
            **told,
        )
    else:
        sentence = say("{label} was already requested by {person} at {at}. {rule}", **told)
    return OperationOpen(sentence, operation=operation)


def name_of(target: Target) -> str:
    """Return what staff call it: its kind and the first digits of its id."""
    return f"{target.KIND} {str(target.pk)[:8]}"


def _rule(operation: Operation, is_other: bool) -> str:
    if lanes.rests(operation):
        return say(
            "It waits for the owner's signature. Meanwhile the account can only be deactivated; "
            "on its page two people can end the wait."
        )
    if not is_other:
        return say("Only one operation can be open at a time.")
    return say("The one would change what the other is about: ask again when that has ended.")
