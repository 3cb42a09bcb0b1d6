"""What a pack is about: one customer or account, what hangs from it, and a period."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from accounts_app.models import Account, Card, Customer, Operation


@dataclass(frozen=True)
class Scope:
    """A customer with all accounts and cards, or an account with its cards and its owner's acts.

    The period is `since` <= time < `until`.
    """

    row: Customer | Account
    since: datetime
    until: datetime

    @cached_property
    def customer(self) -> Customer:
        """The customer, or the account's."""
        return self.row.customer if isinstance(self.row, Account) else self.row

    @cached_property
    def accounts(self) -> list[Account]:
        """The accounts it is about, the oldest first."""
        if isinstance(self.row, Account):
            return [self.row]
        return list(self.row.accounts.order_by("created_at", "pk"))

    @cached_property
    def cards(self) -> list[Card]:
        """The accounts' cards, the oldest first."""
        return list(Card.objects.filter(account__in=self.accounts).order_by("created_at", "pk"))

    @cached_property
    def entities(self) -> list[Customer | Account | Card]:
        """All of them; the customer of an account is there for who the owner is."""
        return [self.customer, *self.accounts, *self.cards]

    @property
    def ids(self) -> list[uuid.UUID]:
        """Their ids: no two entities of any kind share one."""
        return [entity.pk for entity in self.entities]

    @cached_property
    def operations(self) -> list[int]:
        """The operations that were open at any time of the period."""
        of_customer = Operation.objects.filter(customer=self.customer)
        open_then = Q(ended_at=None) | Q(ended_at__gte=self.since)
        found = of_customer.filter(open_then, requested_at__lt=self.until)
        if isinstance(self.row, Account):
            # What was asked about the customer as a whole reached the account as well.
            whole = Q(account=None, card=None) & ~Q(kind="create_account")
            found = found.filter(Q(account=self.row) | Q(card__account=self.row) | whole)
        return list(found.order_by("pk").values_list("pk", flat=True))
