"""How pages write what is personal: masked, unless whoever looks has asked to see it in full."""

import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts_app import masking
from accounts_app.admin import moments, words
from accounts_app.models import Account, Card, Customer, EntityKind, Mirrored, Operation
from accounts_app.services import sight, signatures


def external_id(customer: Customer) -> str:
    """Write the customer's id in the programme's own books."""
    full = customer.external_id
    return full if sight.shows(customer.pk) else masking.external_id(full)


def wallet(customer: Customer) -> SafeString | str:
    """Write the customer's wallet, to be copied when it is shown in full."""
    return _chain(customer.chain_id, customer.pk)


def contract(account: Account) -> SafeString | str:
    """Write the account's smart contract, to be copied when it is shown in full."""
    return _chain(account.chain_id, account.customer_id)


def short_wallet(customer: Customer) -> SafeString:
    """Write the wallet in little space."""
    return _short_chain(customer.chain_id, customer.pk)


def short_contract(account: Account) -> SafeString:
    """Write the smart contract in little space."""
    return _short_chain(account.chain_id, account.customer_id)


def short_chain(row: Customer | Account) -> SafeString:
    """Write a customer's wallet or an account's contract in little space."""
    return short_contract(row) if isinstance(row, Account) else short_wallet(row)


def customer_link(customer: Customer) -> SafeString:
    """Lead to the customer by their external id; it can be copied when it is shown in full."""
    if sight.shows(customer.pk):
        return words.named_link(customer, customer.external_id)
    name = masking.external_id(customer.external_id)
    return format_html('<a class="id" href="{}">{}</a>', words.address_of(customer), name)


def pretty(value: Any, customer_id: uuid.UUID | None) -> SafeString:
    """Write a JSON value about a customer; about nobody in particular it is always masked."""
    return words.pretty(value if sight.shows(customer_id) else masking.tree(value))


def readable(body: bytes, customer_id: uuid.UUID | None) -> SafeString:
    """Write a body from elsewhere: indented when it is JSON, as it came when it is not."""
    text = body.decode("utf-8", errors="replace")
    try:
        return pretty(json.loads(text), customer_id)
    except (ValueError, RecursionError):
        return words.verbatim(raw(text, customer_id))


def raw(text: str, customer_id: uuid.UUID | None) -> str:
    """Return a text from elsewhere about a customer, word for word but for what is personal."""
    return text if sight.shows(customer_id) else masking.raw(text)


def changes(changed: dict[str, list[Any]], customer_id: uuid.UUID | None) -> dict[str, list[Any]]:
    """Return what differs, field to [before, after]."""
    if sight.shows(customer_id):
        return changed
    return {name: [masking.named(name, one) for one in pair] for name, pair in changed.items()}


def is_told(operation: Operation) -> bool:
    """Whether whoever looks sees in full what an operation says of its customer.

    A customer who is still to be made cannot be unmasked; the request has its own reason on record.
    """
    if operation.customer_id is None:
        return sight.now().may_unmask
    return sight.shows(operation.customer_id)


def external_id_of(operation: Operation) -> str:
    """Write the external id of an operation's customer, also of one who is still to be made."""
    full = operation.external_id
    return full if is_told(operation) else masking.external_id(full)


def wallet_of(operation: Operation) -> str:
    """Write the wallet that a new customer is to be registered with."""
    full = str(operation.fields.get("chain_id", ""))
    return full if is_told(operation) else masking.chain_id(full)


def body_of(operation: Operation) -> str:
    """Write the frozen request."""
    if signatures.BODY_DIGEST in operation.fields:
        return f"SHA-256 {signatures.body_digest(operation)}"
    text = bytes(operation.body).decode("utf-8", errors="replace")
    return text if is_told(operation) else masking.raw(text)


def customer_id_of(row: Mirrored) -> uuid.UUID:
    """Return the customer that a mirrored row belongs to; a card's account is read along."""
    if isinstance(row, Card):
        return row.account.customer_id
    number: uuid.UUID = row.customer_id if isinstance(row, Account) else row.pk
    return number


def customer_of(kind: str, entity_id: object) -> uuid.UUID | None:
    """Return the customer that a mirrored entity belongs to; None for all else. One query."""
    number = words.uuid_of(str(entity_id or ""))
    if number is None:
        return None
    if kind == EntityKind.CUSTOMER:
        return number
    rows, column = {
        EntityKind.ACCOUNT.value: (Account.objects, "customer_id"),
        EntityKind.CARD.value: (Card.objects, "account__customer_id"),
    }.get(kind, (Account.objects.none(), "customer_id"))
    found: uuid.UUID | None = rows.filter(pk=number).values_list(column, flat=True).first()
    return found


def _chain(full: str, customer_id: uuid.UUID) -> SafeString | str:
    if not full or sight.shows(customer_id):
        return words.identifier(full)
    return format_html('<span class="id">{}</span>', masking.chain_id(full))


def _short_chain(full: str, customer_id: uuid.UUID) -> SafeString:
    if not full or sight.shows(customer_id):
        return words.shortened(full)
    return format_html('<span class="id nowrap">{}</span>', masking.chain_id(full))


def offer(customer_id: uuid.UUID, back: str) -> SafeString | str:
    """Say how long the personal fields are in full, or lead to asking for it."""
    seen = sight.now()
    until = seen.until(customer_id)
    if until:
        return format_html(
            '<span class="quiet">{}</span>',
            _("in full until {time}").format(time=moments.time_of_day(until)),
        )
    if not seen.may_unmask:
        return format_html('<span class="quiet">{}</span>', _("masked"))
    address = reverse("admin:accounts_app_customer_unmask", args=[customer_id])
    address = f"{address}?{urlencode({'next': back})}"
    return format_html('<a href="{}">{}</a>', address, _("Show in full"))
