"""What can be asked for a customer."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts_app.models import Account, Challenge, Customer, Operation
from accounts_app.offblocks import changes, shapes
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.client import Answer, Client
from accounts_app.offblocks.wallets import same_wallet
from accounts_app.services.kind import Creation, Kind


def _create_customer(_: None, fields: dict[str, Any]) -> Change:
    return changes.create_customer(chain_id=fields["chain_id"], external_id=fields["external_id"])


def _is_customer_asked_for(asked: dict[str, Any], shape: shapes.Customer) -> bool:
    is_named_so = shape.external_id == asked["externalId"]
    return is_named_so and same_wallet(shape.chain_id, asked["chainId"])


def _sign_challenge(customer: Customer, fields: dict[str, Any]) -> Change:
    return changes.sign_customer_challenge(
        customer.pk,
        challenge=Challenge.objects.get(pk=fields["challenge"]).text,
        signature_base64=fields["signature"],
        chain_id=customer.chain_id if settings.OFFBLOCKS_CUSTOMER_SIGN_CHAIN_ID else None,
        path=settings.OFFBLOCKS_CUSTOMER_SIGN_PATH,
    )


def _create_account(customer: Customer, fields: dict[str, Any]) -> Change:
    return changes.create_account(customer.pk, currencies=[fields["currency"]])


def _accounts_of(client: Client, operation: Operation) -> Answer[list[shapes.Account]]:
    assert operation.customer_id, "an account is opened under a customer"  # noqa: S101
    return client.list_customer_accounts(operation.customer_id)


def _is_account_asked_for(asked: dict[str, Any], shape: shapes.Account) -> bool:
    return (shape.type, list(shape.currencies)) == (asked["type"], asked["currencies"])


ROWS = (
    Kind(
        name="create_customer",
        label=_("Register customer"),
        target=Customer,
        makes=Creation(
            Customer,
            listed=lambda client, _: client.each_customer(),
            mirrored=lambda operation: Customer.objects.filter(
                external_id=operation.fields["external_id"]
            ),
            fits=_is_customer_asked_for,
        ),
        start=frozenset(),
        proves=shapes.CUSTOMER_STATUSES,
        sentence=_(
            "The provider registers the owner of this wallet. Screening and verification begin "
            "once they have signed the sign-in text that comes back."
        ),
        build=_create_customer,
        fields=("wallet",),
    ),
    Kind(
        name="sign_customer_challenge",
        label=_("Submit sign-in signature"),
        target=Customer,
        start=frozenset({"initiating"}),
        proves=shapes.CUSTOMER_STATUSES - {"initiating"},
        sentence=_(
            "The customer's signature of the sign-in text is checked here and handed to the "
            "provider, which then screens and verifies them."
        ),
        build=_sign_challenge,
        fields=("signature",),
        own_lane="challenge",
        reads_first=True,
    ),
    Kind(
        name="refetch_customer_challenge",
        label=_("Fetch new sign-in text"),
        target=Customer,
        start=frozenset({"initiating"}),
        proves=frozenset(),
        sentence=_(
            "The provider issues a new sign-in text. Every earlier one of this customer stops "
            "being valid: a signature they are making of it now will be refused."
        ),
        build=None,
        fetch=lambda client, customer, not_after: client.fetch_customer_challenge(
            customer.pk, settings.OFFBLOCKS_CUSTOMER_CHALLENGE_PATH, not_after=not_after
        ),
        own_lane="challenge",
    ),
    Kind(
        name="create_account",
        label=_("Open account"),
        target=Customer,
        makes=Creation(
            Account,
            listed=_accounts_of,
            mirrored=lambda operation: Account.objects.filter(customer=operation.customer),
            fits=_is_account_asked_for,
        ),
        start=frozenset({"active"}),
        proves=frozenset({"initiating", "pending", "active", "failed"}),
        sentence=_(
            "The provider opens a card account for this customer. It becomes active once the "
            "owner has signed the challenge that comes back."
        ),
        build=_create_account,
        fields=("currency",),
        own_lane="create_account",
    ),
    Kind(
        name="deactivate_customer",
        label=_("Deactivate customer"),
        target=Customer,
        start=frozenset({"active"}),
        proves=frozenset({"inactive"}),
        sentence=_(
            "The customer stops until reactivated, and with them every account and card they "
            "have. Payments are declined."
        ),
        build=lambda customer, _fields: changes.deactivate_customer(customer.pk),
        beside="close",
        cascades=True,
    ),
    Kind(
        name="reactivate_customer",
        label=_("Reactivate customer"),
        target=Customer,
        start=frozenset({"inactive"}),
        proves=frozenset({"active"}),
        sentence=_(
            "The customer works again, and with them accounts and cards may come back, also one "
            "that was stopped on purpose: look at each of them afterwards."
        ),
        build=lambda customer, _fields: changes.activate_customer(customer.pk),
        reads_first=True,
        cascades=True,
    ),
)
