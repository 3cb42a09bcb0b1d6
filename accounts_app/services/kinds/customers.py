"""What can be asked for a customer."""

from typing import Any

from accounts_app.models import Account, Customer
from accounts_app.offblocks import changes
from accounts_app.offblocks.changes import Change
from accounts_app.services.kind import Kind


def _create_account(customer: Customer, fields: dict[str, Any]) -> Change:
    return changes.create_account(customer.pk, currencies=[fields["currency"]])


ROWS = (
    Kind(
        name="create_account",
        label="Open account",
        target=Customer,
        makes=Account,
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
        name="deactivate_customer",
        label="Deactivate customer",
        target=Customer,
        start=frozenset({"active"}),
        proves=frozenset({"inactive"}),
        sentence=(
            "The customer stops until reactivated, and with them every account and card they "
            "have. Payments are declined."
        ),
        build=lambda customer, _fields: changes.deactivate_customer(customer.pk),
        beside="close",
        cascades=True,
    ),
    Kind(
        name="reactivate_customer",
        label="Reactivate customer",
        target=Customer,
        start=frozenset({"inactive"}),
        proves=frozenset({"active"}),
        sentence=(
            "The customer works again, and with them accounts and cards may come back, also one "
            "that was stopped on purpose: look at each of them afterwards."
        ),
        build=lambda customer, _fields: changes.activate_customer(customer.pk),
        reads_first=True,
        cascades=True,
    ),
)
