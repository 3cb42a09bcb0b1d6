"""The kinds of operation, one row each. Buttons, permissions, pages and the worker read the row."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts_app import conf
from accounts_app.models import Account, Challenge, Customer, Operation
from accounts_app.offblocks import changes
from accounts_app.offblocks.changes import Change


@dataclass(frozen=True)
class Kind:
    """One kind of operation.

    `build` makes the frozen request from the target and the kind's own fields; None means the kind
    reads instead of changing. `start` are the statuses it may be asked in, `proves` those that show
    it is done. `reads_first` asks for a fresh look right before sending. `beside` is the kind that
    does not stand in its way while it merely waits for the owner; `may_vanish` says that the
    provider need not know the target any more once it is done.
    """

    name: str
    label: str
    target: type[Customer] | type[Account]
    start: frozenset[str]
    proves: frozenset[str]
    sentence: str
    build: Callable[[Any, dict[str, Any]], Change] | None
    fields: tuple[str, ...] = ()
    own_lane: str = ""
    joins: str = ""
    beside: str = ""
    may_vanish: bool = False
    reads_first: bool = False
    is_irreversible: bool = False
    cards_follow: bool = False

    @property
    def permission(self) -> str:
        """The permission needed to ask for it."""
        return f"accounts_app.request_{self.name}"

    @property
    def needs_checker(self) -> bool:
        """Whether a second person must agree."""
        return conf.needs_checker(self.name)

    @property
    def creates(self) -> bool:
        """Whether it brings a new entity into being under its target."""
        return self.build is _create_account

    def lane(self, target_id: uuid.UUID) -> str:
        """Name what the operation keeps to itself while it is open."""
        scope = f"{self.target.KIND}:{target_id}"
        return f"{scope}:{self.own_lane}" if self.own_lane else scope

    def may_start(self, target: Customer | Account) -> bool:
        """Whether the target's state allows it, or an operation that waits for it does."""
        if target.status in self.start:
            return True
        waiting = target.operations.filter(kind=self.joins, state=Operation.State.ACCEPTED)
        return bool(self.joins) and waiting.exists()


def _create_account(customer: Customer, fields: dict[str, Any]) -> Change:
    return changes.create_account(customer.pk, currencies=[fields["currency"]])


def _sign_challenge(account: Account, fields: dict[str, Any]) -> Change:
    challenge = Challenge.objects.get(pk=fields["challenge"])
    return changes.sign_account_challenge(
        account.pk,
        owner_id=account.customer.chain_id,
        challenge=challenge.text,
        signature_base64=fields["signature"],
    )


ROWS = (
    Kind(
        name="create_account",
        label="Open account",
        target=Customer,
        start=frozenset({"active"}),
        proves=frozenset({"initiating", "pending", "active", "failed"}),
        sentence=(
            "The provider opens a card account for this customer. It becomes active once the "
            "owner has signed the challenge that comes back."
        ),
        build=_create_account,
        fields=("currency",),
        own_lane="create_account",
    ),
    Kind(
        name="sign_challenge",
        label="Submit signature",
        target=Account,
        start=frozenset({"initiating"}),
        proves=frozenset({"pending", "active", "closed", "failed"}),
        sentence=(
            "The owner's signature is checked here and handed to the provider, which then "
            "carries out what the challenge was issued for."
        ),
        build=_sign_challenge,
        fields=("signature",),
        own_lane="challenge",
        joins="close",
        reads_first=True,
    ),
    Kind(
        name="refetch_challenge",
        label="Fetch new challenge",
        target=Account,
        start=frozenset({"initiating"}),
        proves=frozenset(),
        sentence=(
            "The provider issues a new challenge. Every earlier challenge of this account "
            "stops being valid: a signature the owner is making of it now will be refused."
        ),
        build=None,
        own_lane="challenge",
        joins="close",
    ),
    Kind(
        name="deactivate",
        label="Deactivate",
        target=Account,
        start=frozenset({"active"}),
        proves=frozenset({"inactive"}),
        sentence=(
            "The account stops working until it is reactivated. Its cards are deactivated "
            "with it and payments are declined."
        ),
        build=lambda account, _fields: changes.deactivate_account(account.pk),
        # It protects: an owner who never signs a close must not keep it from being done.
        beside="close",
        cards_follow=True,
    ),
    Kind(
        name="reactivate",
        label="Reactivate",
        target=Account,
        start=frozenset({"inactive"}),
        proves=frozenset({"active"}),
        sentence=(
            "The account works again. Cards may come back with it, also one that was stopped "
            "on purpose: look at each card afterwards."
        ),
        build=lambda account, _fields: changes.activate_account(account.pk),
        reads_first=True,
        cards_follow=True,
    ),
    Kind(
        name="close",
        label="Close for good",
        target=Account,
        start=frozenset(settings.OFFBLOCKS_CLOSE_FROM),
        proves=frozenset({"closed"}),
        sentence=(
            "Closing cannot be undone by anybody, the provider included. The account leaves "
            "the programme, its cards stop for good and its smart contract is switched off."
        ),
        build=lambda account, _fields: changes.close_account(account.pk),
        reads_first=True,
        is_irreversible=True,
        # The provider may no longer find a closed account by its id ("Accounts").
        may_vanish=True,
        cards_follow=True,
    ),
)

KINDS: dict[str, Kind] = {row.name: row for row in ROWS}


def kinds_for(target: Customer | Account) -> list[Kind]:
    """List the kinds that the target's state allows now, in the catalogue's order."""
    return [
        kind
        for kind in KINDS.values()
        if isinstance(target, kind.target) and kind.may_start(target)
    ]
