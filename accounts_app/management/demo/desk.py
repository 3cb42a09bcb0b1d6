"""What the demo's staff did and left to do this morning, asked for by the same door as theirs."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User

from accounts_app.management.demo.programme import NAMESPACE
from accounts_app.models import Account, Batch, Customer, EntityKind, Operation
from accounts_app.services import batches, operations
from accounts_app.services.asking import Asked
from accounts_app.services.batches import AskedForMany, Chosen

People = dict[str, User]


@dataclass(frozen=True)
class Task:
    """One request: of what kind and why; `reference` also tells it from the others."""

    kind: str
    reference: str
    reason: str
    rejection: str = ""

    @property
    def form_number(self) -> uuid.UUID:
        """The same in every run, so that a request is made once."""
        return uuid.uuid5(NAMESPACE, self.reference)


TASKS = (
    Task(
        "deactivate",
        "CASE-2208",
        "Owner reports a stolen phone with the wallet on it; stop payments until they call back.",
    ),
    Task(
        "deactivate",
        "CASE-2211",
        "Three disputed payments within an hour; stopped while the merchant is asked.",
    ),
    Task(
        "close",
        "CASE-2196",
        "Owner wrote that they do not need the account any more.",
        rejection="The letter is not signed. Ask the owner for a signed one first.",
    ),
    Task("reactivate", "CASE-2179", "Documents renewed and checked; the account may work again."),
    Task("close", "CASE-2214", "Owner moves abroad and asked in writing to close the account."),
    Task("create_account", "CASE-2217", "Owner asked for a euro account at their review call."),
)


CHECKED_AT_ONCE = 6
CHECK = uuid.uuid5(NAMESPACE, "CASE-2220")


def is_done() -> bool:
    """Whether all of it was asked for, which comes last of the whole demo."""
    numbers = [task.form_number for task in TASKS]
    is_asked = Operation.objects.filter(form_number__in=numbers).count() == len(TASKS)
    return is_asked and Batch.objects.filter(form_number=CHECK).exists()


def work_through(people: People) -> None:
    """Ask for everything that was not asked for before; the worker sends it."""
    for task in TASKS:
        operation = Operation.objects.filter(form_number=task.form_number).first()
        operation = operation or _ask(task, people["operator"])
        if task.rejection and operation.state == Operation.State.REQUESTED:
            operations.reject(operation.pk, checker=people["approver"], note=task.rejection)
    _check_many(people["operator"])


def _check_many(maker: User) -> None:
    """Have some accounts read anew at once; asked for again, it is the same batch."""
    accounts = Account.objects.filter(status="active").order_by("created_at")[:CHECKED_AT_ONCE]
    asked = AskedForMany(
        kind=Batch.Kind.REFRESH,
        entity_kind=EntityKind.ACCOUNT,
        chosen=tuple(Chosen(one.pk, one.revision) for one in accounts),
        form_number=CHECK,
        reason="The oldest accounts, before the auditors come on Monday.",
        reference="CASE-2220",
    )
    batches.request(asked, maker=maker)


def _ask(task: Task, maker: User) -> Operation:
    target = TARGETS[task.kind]()
    return operations.request(
        Asked(
            kind=task.kind,
            target_id=target.pk,
            reason=task.reason,
            reference=task.reference,
            form_number=task.form_number,
            revision=target.revision,
            confirmation=str(target.pk),
            fields={"currency": "EUR"} if task.kind == "create_account" else {},
        ),
        maker=maker,
    )


def _account(status: str) -> Account:
    """Return the oldest account in this state with a card and no operation."""
    accounts = Account.objects.filter(status=status, customer__status="active", operations=None)
    found: Account = accounts.exclude(cards=None).earliest("created_at")
    return found


def _customer() -> Customer:
    """Return the newest active customer without an operation."""
    found: Customer = Customer.objects.filter(status="active", operations=None).latest("created_at")
    return found


TARGETS: dict[str, Callable[[], Account | Customer]] = {
    "deactivate": lambda: _account("active"),
    "close": lambda: _account("active"),
    "reactivate": lambda: _account("inactive"),
    "create_account": _customer,
}
