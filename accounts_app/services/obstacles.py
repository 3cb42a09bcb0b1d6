"""What keeps each of several accounts from being asked about, found for all of them at once."""

import uuid
from collections import defaultdict

from accounts_app.errors import Refusal
from accounts_app.models import Account, Discrepancy, Operation
from accounts_app.services import asking, lanes
from accounts_app.services.catalogue import Kind


def among(kind: Kind, accounts: list[Account]) -> dict[uuid.UUID, Refusal]:
    """Map the accounts that something stands in the way of to what does.

    Two queries, and two more for each account whose close waits for its owner.
    """
    numbers = [account.pk for account in accounts]
    contradicted = set(
        Discrepancy.objects.filter(entity_id__in=numbers, resolved_at=None).values_list(
            "entity_id", flat=True
        )
    )
    around = _open_around({account.customer_id for account in accounts})
    refusals = {
        account.pk: _of(kind, account, around[account.customer_id], account.pk in contradicted)
        for account in accounts
    }
    return {number: refusal for number, refusal in refusals.items() if refusal}


def _open_around(customers: set[uuid.UUID]) -> dict[uuid.UUID, list[Operation]]:
    """List the open operations about each customer and everything that hangs from them."""
    related = Operation.objects.select_related("customer", "account", "card__account", "maker")
    found: dict[uuid.UUID, list[Operation]] = defaultdict(list)
    for operation in related.filter(customer__in=customers, state__in=Operation.OPEN):
        found[operation.customer_id].append(operation)
    return found


def _of(
    kind: Kind, account: Account, open_ones: list[Operation], is_contradicted: bool
) -> Refusal | None:
    open_one = lanes.among(sorted(open_ones, key=lambda one: one.pk), kind, account)
    if open_one:
        return asking.already_open(open_one, account)
    if is_contradicted:
        return asking.contradicted(account)
    return None if kind.may_start(account) else asking.wrong_state(kind, account)
