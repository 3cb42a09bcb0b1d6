"""What people do: ask, decide, withdraw, sign; and who loses a right."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User

from accounts_app import work
from accounts_app.models import Account, Card, Challenge, Customer, Operation
from accounts_app.services import catalogue, challenges, operations, refresh
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS, Target
from tests.simulation.people import APPROVERS, OPERATORS

if TYPE_CHECKING:
    from tests.simulation.office import Office


def _anybody(office: "Office") -> User:
    return office.people.named(office.chance.choice(OPERATORS + APPROVERS))


def _target(office: "Office") -> Target | None:
    """Draw a customer, a card or, mostly, an account of the mirror."""
    model: type[Target] = office.chance.choices((Account, Customer, Card), (6, 2, 2))[0]
    rows = list(model.objects.all())
    return office.chance.choice(rows) if rows else None


def _kind(office: "Office", target: Target) -> str:
    """Draw a kind, mostly one that the target's state allows."""
    legal = [kind.name for kind in catalogue.kinds_for(target)]
    legal = [name for name in legal if not KINDS[name].signs] or legal
    of_target = [kind for kind in KINDS.values() if isinstance(target, kind.target)]
    every = [kind.name for kind in of_target if not kind.begins]
    return office.chance.choice(legal if legal and office.chance.random() < 0.9 else every)


def form(office: "Office", kind: str, target: Target | None, **entries: Any) -> Asked:
    """Fill in a form, now and then wrongly."""
    odd = office.chance.choices(
        ("", "stale", "used form", "no reason", "unconfirmed", "no currency"), (60, 3, 3, 1, 1, 1)
    )[0]
    used = odd == "used form" and office.used_forms
    asked = Asked(
        kind=kind,
        target_id=target.pk if target else None,
        reason="" if odd == "no reason" else "Asked for by the customer",
        form_number=office.chance.choice(office.used_forms) if used else _number(office),
        revision=target.revision - (odd == "stale") if target else 0,
        confirmation="" if odd == "unconfirmed" or target is None else str(target.pk),
        fields=entries or _fields(office, kind, odd),
    )
    office.used_forms.append(asked.form_number)
    return asked


def _number(office: "Office") -> uuid.UUID:
    return uuid.UUID(int=office.chance.getrandbits(128), version=4)


def _fields(office: "Office", kind: str, odd: str) -> dict[str, Any]:
    if KINDS[kind].signs:
        return {"signature": "0x" + "11" * 65}
    if kind != "create_account" or odd == "no currency":
        return {}
    return {"currency": office.chance.choices(("EUR", "XTS"), (9, 1))[0]}


def submit(office: "Office", asked: Asked, maker: User) -> Operation | None:
    """Send a form; the process that took it may go on to send the operation at once."""
    words = f"{maker.username} asks for {asked.kind} of {str(asked.target_id or 'nobody')[:8]}"

    def job() -> Operation:
        operation = operations.request(asked, maker=maker)
        office.journal.count("asked", asked.kind)
        _wake(office, operation)
        return operation

    return office.desk(words, job)


def _wake(office: "Office", operation: Operation) -> None:
    """What the pages do after a decision; with another engine a worker finds it later."""
    if operation.state == Operation.State.APPROVED and office.chance.random() < 0.5:
        work.wake(operation.pk)


def ask(office: "Office") -> None:
    """Somebody asks for something."""
    target = _target(office)
    if target is not None:
        submit(office, form(office, _kind(office, target), target), _anybody(office))


def register(office: "Office") -> None:
    """Somebody registers a customer: a new wallet, or one that is known, or asked for already."""
    wallets = office.world.wallets
    is_new = office.chance.random() < 0.7
    wallet = wallets.create() if is_new else office.chance.choice(wallets.all())
    name = f"new-{office.chance.randint(1, 9)}" if is_new else "known"
    asked = form(office, "create_customer", None, chain_id=wallet, external_id=name)
    maker = _anybody(office)
    submit(office, asked, maker)
    if office.chance.random() < 0.2:
        submit(office, asked, maker)


def ask_twice(office: "Office") -> None:
    """Two people ask about the same target at once, or one person clicks twice."""
    target = _target(office)
    if target is None:
        return
    maker = _anybody(office)
    first = form(office, _kind(office, target), target)
    submit(office, first, maker)
    if office.chance.random() < 0.4:
        submit(office, first, maker)
    else:
        submit(office, replace(form(office, _kind(office, target), target)), _anybody(office))


def _decide(office: "Office", words: str, job: Callable[[Operation, User], Any]) -> None:
    rows = list(Operation.objects.filter(state=Operation.State.REQUESTED).order_by("pk"))
    if not rows:
        return
    operation = office.chance.choice(rows)
    person = office.people.named(office.chance.choice(APPROVERS))

    def decided() -> None:
        _wake(office, job(operation, person))

    office.desk(f"{person.username} {words} operation {operation.pk}", decided)


def approve(office: "Office") -> None:
    """A second person agrees; now and then to something other than what is there."""
    wrong = office.chance.random() < 0.05

    def job(operation: Operation, person: User) -> Operation:
        digest = "0" * 64 if wrong else operation.digest
        return operations.approve(operation.pk, checker=person, digest=digest)

    _decide(office, "approves", job)


def approve_own(office: "Office") -> None:
    """The maker tries to agree to their own request."""

    def job(operation: Operation, _: User) -> Operation:
        maker = User.objects.get(pk=operation.maker_id)
        return operations.approve(operation.pk, checker=maker, digest=operation.digest)

    _decide(office, "sees the maker approve their own", job)


def reject(office: "Office") -> None:
    """A second person refuses."""
    _decide(
        office,
        "rejects",
        lambda operation, person: operations.reject(operation.pk, checker=person, note="No."),
    )


def cancel(office: "Office") -> None:
    """The maker withdraws."""

    def job(operation: Operation, _: User) -> Operation:
        maker = User.objects.get(pk=operation.maker_id)
        return operations.cancel(operation.pk, maker=maker)

    _decide(office, "sees the maker withdraw", job)


def change_rights(office: "Office") -> None:
    """Somebody loses a right or a login, or, mostly, gets back what was lost."""
    lost = [name for name in OPERATORS + APPROVERS if not _is_in_office(office, name)]
    if lost and office.chance.random() < 0.8:
        name = office.chance.choice(lost)
        how = "restore" if office.people.named(name).is_active else "enable"
    else:
        name = office.chance.choice(OPERATORS + APPROVERS)
        how = office.chance.choice(("disable", "revoke"))
    office.people.change(name, how, office.clock.now)
    office.journal.count("rights", how)
    office.journal.write(f"{name}: {how}")


def _is_in_office(office: "Office", name: str) -> bool:
    person = office.people.named(name)
    return person.is_active and person.groups.exists()


def owner_signs(office: "Office") -> None:
    """The owner signs the challenge that waits, and a person hands the signature in."""
    waiting = list(Challenge.objects.filter(state=Challenge.State.WAITING).order_by("received_at"))
    if not waiting:
        return
    challenge = office.chance.choice(waiting)
    subject = challenge.subject
    signature = _signature(office, challenge.text, challenges.wallet_of(subject))
    fields = {"signature": signature, "challenge": str(challenge.pk)}
    kind = "sign_challenge" if challenge.account else "sign_customer_challenge"
    submit(office, form(office, kind, subject, **fields), _anybody(office))


def _signature(office: "Office", text: str, chain_id: str) -> str:
    if chain_id.startswith("eip155:"):
        return office.world.sign(text, chain_id)
    return base64.b64encode(b"signed elsewhere").decode()


def refresh_by_hand(office: "Office") -> None:
    """Somebody has an entity read anew."""
    target, person = _target(office), _anybody(office)
    if target is not None:
        words = f"{person.username} refreshes {str(target.pk)[:8]}"
        office.desk(words, lambda: _refresh(target, person))


def _refresh(target: Target, person: User) -> None:
    from accounts_app.offblocks.errors import ProviderError  # noqa: PLC0415

    try:
        refresh.on_request(target, person=person)
    except ProviderError:
        return  # the page says so


STEPS: dict[str, tuple[int, Callable[["Office"], None]]] = {
    "ask": (18, ask),
    "ask twice": (3, ask_twice),
    "register": (2, register),
    "approve": (11, approve),
    "approve own": (1, approve_own),
    "reject": (1, reject),
    "cancel": (1, cancel),
    "change rights": (2, change_rights),
    "owner signs": (5, owner_signs),
    "refresh by hand": (1, refresh_by_hand),
}
