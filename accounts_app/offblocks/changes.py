"""The changes the provider offers, as frozen requests: built once, stored, sent byte for byte.

A 2xx answer to any of them is not proof that the state changed: read the resource to know.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts_app.offblocks import paths
from accounts_app.offblocks.strict_json import canonical_json

_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Change:
    """One request that changes something at the provider, complete but for key and signature."""

    method: str
    path: str
    body: bytes = b""

    def __post_init__(self) -> None:
        """Refuse, with ValueError, a path the provider does not have."""
        paths.template_of(self.path)

    @property
    def digest(self) -> str:
        """SHA-256 over method, path and body, in hex: what an approval is bound to."""
        head = f"{self.method}\n{self.path}\n".encode("ascii")
        return hashlib.sha256(head + self.body).hexdigest()


def create_customer(*, chain_id: str, external_id: str) -> Change:
    """Make a customer; the answer carries a challenge ("Customers", "Customer Creation")."""
    return _change("POST", "/customers", {"chainId": chain_id, "externalId": external_id})


def sign_customer_challenge(
    customer_id: UUID,
    *,
    challenge: str,
    signature_base64: str,
    chain_id: str | None = None,
    path: str = "challenge/sign",
) -> Change:
    """Hand in the customer's signature ("Sign in With X"); path and body are by analogy."""
    body = {"challenge": challenge, "signature": signature_base64}
    if chain_id is not None:
        body["chainId"] = chain_id
    return _change("POST", f"/customers/{customer_id}/{path}", body)


def deactivate_customer(customer_id: UUID) -> Change:
    """Deactivate a customer with their accounts and cards ("Customers", "Customer States")."""
    return _change("PATCH", f"/customers/{customer_id}/deactivate")


def activate_customer(customer_id: UUID) -> Change:
    """Activate a customer and everything associated ("Customers", "Customer States")."""
    return _change("PATCH", f"/customers/{customer_id}/activate")


def create_account(customer_id: UUID, currencies: Sequence[str]) -> Change:
    """Open a card account; the answer carries a challenge ("Account Creation").

    Currencies are ISO 4217 codes, at least one; the provider does not support several yet.
    """
    if not currencies or not all(_CURRENCY.fullmatch(currency) for currency in currencies):
        raise ValueError("an account needs at least one currency code of three capitals")
    # One sample sends CARD_ACCOUNT; the schema says lower case.
    body = {"type": "card_account", "currencies": list(currencies)}
    return _change("POST", f"/customers/{customer_id}/accounts", body)


def sign_account_challenge(
    account_id: UUID, *, owner_id: str, challenge: str, signature_base64: str
) -> Change:
    """Hand in the owner's signature; `owner_id` is their CAIP-10 id ("Account Creation")."""
    body = {"ownerId": owner_id, "challenge": challenge, "signature": signature_base64}
    return _change("POST", f"/accounts/{account_id}/challenge/sign", body)


def deactivate_account(account_id: UUID) -> Change:
    """Deactivate an account and its cards ("Accounts", "Account States")."""
    return _change("PATCH", f"/accounts/{account_id}/deactivate")


def activate_account(account_id: UUID) -> Change:
    """Reactivate an account; whether its cards follow is not documented ("Account States")."""
    return _change("PATCH", f"/accounts/{account_id}/activate")


def close_account(account_id: UUID) -> Change:
    """Close an account for good; may ask for the owner's signature ("Accounts")."""
    return _change("DELETE", f"/accounts/{account_id}")


def create_card(
    account_id: UUID,
    *,
    card_type: str,
    billing_address: Mapping[str, str],
    shipping_address: Mapping[str, str] | None = None,
) -> Change:
    """Issue a card, `virtual` or `physical`; the latter needs a shipping address ("Cards")."""
    body: dict[str, Any] = {"type": card_type, "billingAddress": dict(billing_address)}
    if shipping_address is not None:
        body["shippingAddress"] = dict(shipping_address)
    return _change("POST", f"/accounts/{account_id}/cards", body)


def deactivate_card(card_id: UUID) -> Change:
    """Deactivate a card for a time ("Cards", "Card States")."""
    return _change("PATCH", f"/cards/{card_id}/deactivate")


def activate_card(card_id: UUID) -> Change:
    """Reactivate a deactivated card ("Cards", "Card States")."""
    return _change("PATCH", f"/cards/{card_id}/activate")


def terminate_card(card_id: UUID) -> Change:
    """Terminate a card for good; open payments are honoured for 30 days ("Cards")."""
    return _change("DELETE", f"/cards/{card_id}")


def put_subscription(
    callback_url: str, types: Sequence[str], subscription_id: UUID | None = None
) -> Change:
    """Make a webhook subscription, or update the one with this id ("Webhooks")."""
    body: dict[str, Any] = {"callbackUrl": callback_url, "types": list(types)}
    if subscription_id is not None:
        body["id"] = str(subscription_id)
    return _change("PUT", "/webhooks", body)


def delete_subscription(subscription_id: UUID) -> Change:
    """Remove a webhook subscription ("Webhooks")."""
    return _change("DELETE", f"/webhooks/{subscription_id}")


def _change(method: str, path: str, body: Mapping[str, Any] | None = None) -> Change:
    return Change(method, path, b"" if body is None else canonical_json(body))
