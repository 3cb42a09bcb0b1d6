"""Rows for tests. They come through the door, so that no test rests on an impossible row."""

import uuid
from typing import Any

import factory
from django.contrib.auth.models import User

from accounts_app.models import Account, Card, Customer, Operation, Source
from accounts_app.offblocks import shapes
from accounts_app.services import operations, refresh
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS, Target
from sandbox.server import Sandbox

FIRST_INSTANT = "2026-03-01T09:00:00.000000Z"


class RepresentationFactory(factory.DictFactory):
    """What every representation of the provider has."""

    id = factory.LazyFunction(lambda: str(uuid.uuid4()))
    status = "active"
    createdAt = FIRST_INSTANT
    updatedAt = FIRST_INSTANT


class CustomerRepresentation(RepresentationFactory):
    """A customer as the provider describes it."""

    externalId = factory.Sequence(lambda number: f"crm-{number:05d}")
    chainId = factory.Sequence(lambda number: f"eip155:324:0x{number + 1:040x}")


class AccountRepresentation(RepresentationFactory):
    """An account as the provider describes it."""

    customerId = factory.LazyFunction(lambda: str(uuid.uuid4()))
    type = "card_account"
    currencies = factory.LazyFunction(lambda: ["EUR"])


class CardRepresentation(RepresentationFactory):
    """A card as the provider describes it."""

    accountId = factory.LazyFunction(lambda: str(uuid.uuid4()))
    type = "virtual"
    network = "visa"
    maskedPan = "424242******4242"
    expirationDate = "11/2029"


def customer_shape(**fields: Any) -> shapes.Customer:
    """Make a customer's shape; fields in the provider's spelling."""
    return shapes.shape_of(shapes.Customer, CustomerRepresentation(**fields))


def account_shape(**fields: Any) -> shapes.Account:
    """Make an account's shape; fields in the provider's spelling."""
    return shapes.shape_of(shapes.Account, AccountRepresentation(**fields))


def card_shape(**fields: Any) -> shapes.Card:
    """Make a card's shape; fields in the provider's spelling."""
    return shapes.shape_of(shapes.Card, CardRepresentation(**fields))


def ask(kind: str, target: Target, maker: User, **entries: Any) -> Operation:
    """Ask for an operation as the ask page would, with everything in order unless overridden."""
    fields = entries.pop("fields", {"currency": "EUR"} if kind == "create_account" else {})
    asked = Asked(
        kind=kind,
        target_id=target.pk,
        reason=entries.pop("reason", "Asked for by the customer"),
        form_number=entries.pop("form_number", uuid.uuid4()),
        revision=entries.pop("revision", target.revision),
        confirmation=entries.pop("confirmation", str(target.pk)),
        fields=fields,
        **entries,
    )
    assert kind in KINDS
    return operations.request(asked, maker=maker)


class Programme:
    """Makes entities at the sandbox by its own rules and reads them into the mirror."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def customer(self, status: str = "active") -> Customer:
        """Return a mirrored customer in this state."""
        made = self.sandbox.world.add_customer(status=status)
        refresh.customer(uuid.UUID(made["id"]), source=Source.SYNC)
        return Customer.objects.get(pk=made["id"])

    def account(self, status: str = "active", customer: Customer | None = None) -> Account:
        """Return a mirrored account in this state, of a new customer unless one is given."""
        owner = customer or self.customer()
        return self.read_account(self.sandbox.world.add_account(str(owner.pk), status=status)["id"])

    def read_account(self, account_id: str) -> Account:
        """Read an account the sandbox already has into the mirror."""
        refresh.account(uuid.UUID(account_id), source=Source.SYNC)
        return Account.objects.get(pk=account_id)

    def card(self, account: Account, status: str = "active") -> Card:
        """Return a mirrored card in this state."""
        made = self.sandbox.world.add_card(str(account.pk), status=status)
        refresh.card(uuid.UUID(made["id"]), source=Source.SYNC)
        return Card.objects.get(pk=made["id"])
