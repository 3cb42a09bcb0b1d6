"""What a new customer is registered with: their wallet and our own books' name for them."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from accounts_app.errors import Incomplete, OperationOpen
from accounts_app.models import Customer, Operation
from accounts_app.offblocks import card_numbers
from accounts_app.offblocks.wallets import ChainAccount

EXTERNAL_ID_LENGTH = 255


def entries(entered: dict[str, Any]) -> dict[str, str]:
    """Check what was typed and return what is kept of it; raises Incomplete for what is wrong."""
    external_id = str(entered.get("external_id", "")).strip()
    if not external_id or len(external_id) > EXTERNAL_ID_LENGTH:
        raise Incomplete(_("Enter your own books' id of the customer."), field="external_id")
    if card_numbers.is_in(external_id):
        sentence = _("This is or was a card number: no customer may be known by one.")
        raise Incomplete(sentence, field="external_id")
    return {"chain_id": _wallet(str(entered.get("chain_id", ""))), "external_id": external_id}


def _wallet(text: str) -> str:
    """Return the wallet with its checksum (EIP-55), so that a slip of one character shows."""
    try:
        wallet = ChainAccount.parse(text.strip())
    except ValueError:
        raise Incomplete(
            _("This is no wallet: write chain and address as in eip155:324:0x…"), field="chain_id"
        ) from None
    if wallet.namespace == "eip155" and not wallet.is_evm:
        raise Incomplete(
            _("This address is not of its chain: after 0x come 40 digits, 0 to 9 and a to f."),
            field="chain_id",
        )
    try:
        return str(wallet.checksummed())
    except ValueError:
        raise Incomplete(
            _(
                "This address has a slip in it: its capitals do not fit its checksum. Have the "
                "customer copy it out of their wallet again."
            ),
            field="chain_id",
        ) from None


def lane(fields: dict[str, str]) -> str:
    """Name what a registration keeps to itself while it is open: its wallet."""
    return f"customer:new:{hashlib.sha256(fields['chain_id'].lower().encode()).hexdigest()[:40]}"


def refuse_known(fields: dict[str, str]) -> None:
    """Raise the Refusal that names the customer, or the open request, with that wallet or name."""
    known = {
        "chain_id": Customer.objects.filter(chain_id__iexact=fields["chain_id"]),
        "external_id": Customer.objects.filter(external_id=fields["external_id"]),
    }
    for field, customers in known.items():
        customer = customers.first()
        if customer:
            raise Incomplete(
                _("There is a customer with it already: %(name)s, %(status)s.")
                % {"name": customer.external_id, "status": customer.status},
                field=field,
                customer=customer,
            )
    waiting = Operation.objects.filter(kind="create_customer", state__in=Operation.OPEN)
    same = [one for one in waiting.select_related("maker") if _is_same(one.fields, fields)]
    if same:
        raise already_open(same[0])


def _is_same(one: dict[str, str], other: dict[str, str]) -> bool:
    return lane(one) == lane(other) or one["external_id"] == other["external_id"]


def already_open(operation: Operation) -> OperationOpen:
    """Return the refusal that names who asked first."""
    return OperationOpen(
        _(
            "%(person)s has already asked to register a customer with this wallet or this id: "
            "%(name)s."
        )
        % {
            "person": operation.maker.get_username(),
            "name": operation.fields["external_id"],
        },
        operation=operation,
    )
