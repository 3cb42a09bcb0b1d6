"""Frozen requests: one builder per change, equal inputs to equal bytes."""

import hashlib
import json
from dataclasses import FrozenInstanceError

import pytest

from accounts_app.offblocks import changes
from accounts_app.offblocks.changes import Change

from .samples import ACCOUNT_ID, CARD_ID, CUSTOMER_ID, OTHER_ID, WALLET

SIGNED = {"challenge": "Y2g=", "signature_base64": "c2ln"}
ADDRESS = {"firstLine": "1 Main Street", "country": "DE"}


def test_create_account_is_frozen_bytes() -> None:
    change = changes.create_account(CUSTOMER_ID, ["EUR"])
    assert (change.method, change.path) == ("POST", f"/customers/{CUSTOMER_ID}/accounts")
    assert change.body == b'{"currencies":["EUR"],"type":"card_account"}'


@pytest.mark.parametrize(
    ("change", "request_line"),
    [
        (changes.deactivate_customer(CUSTOMER_ID), f"PATCH /customers/{CUSTOMER_ID}/deactivate"),
        (changes.activate_customer(CUSTOMER_ID), f"PATCH /customers/{CUSTOMER_ID}/activate"),
        (changes.deactivate_account(ACCOUNT_ID), f"PATCH /accounts/{ACCOUNT_ID}/deactivate"),
        (changes.activate_account(ACCOUNT_ID), f"PATCH /accounts/{ACCOUNT_ID}/activate"),
        (changes.close_account(ACCOUNT_ID), f"DELETE /accounts/{ACCOUNT_ID}"),
        (changes.deactivate_card(CARD_ID), f"PATCH /cards/{CARD_ID}/deactivate"),
        (changes.activate_card(CARD_ID), f"PATCH /cards/{CARD_ID}/activate"),
        (changes.terminate_card(CARD_ID), f"DELETE /cards/{CARD_ID}"),
        (changes.delete_subscription(OTHER_ID), f"DELETE /webhooks/{OTHER_ID}"),
    ],
)
def test_a_change_of_state_has_no_body(change: Change, request_line: str) -> None:
    assert (f"{change.method} {change.path}", change.body) == (request_line, b"")


@pytest.mark.parametrize(
    ("change", "path", "body"),
    [
        (
            changes.create_customer(chain_id=WALLET, external_id="C-1"),
            "/customers",
            {"chainId": WALLET, "externalId": "C-1"},
        ),
        (
            changes.sign_customer_challenge(CUSTOMER_ID, **SIGNED),
            f"/customers/{CUSTOMER_ID}/challenge/sign",
            {"challenge": "Y2g=", "signature": "c2ln"},
        ),
        (
            changes.sign_customer_challenge(CUSTOMER_ID, **SIGNED, chain_id=WALLET),
            f"/customers/{CUSTOMER_ID}/challenge/sign",
            {"challenge": "Y2g=", "signature": "c2ln", "chainId": WALLET},
        ),
        (
            changes.sign_account_challenge(ACCOUNT_ID, owner_id=WALLET, **SIGNED),
            f"/accounts/{ACCOUNT_ID}/challenge/sign",
            {"challenge": "Y2g=", "signature": "c2ln", "ownerId": WALLET},
        ),
        (
            changes.create_card(ACCOUNT_ID, card_type="virtual", billing_address=ADDRESS),
            f"/accounts/{ACCOUNT_ID}/cards",
            {"type": "virtual", "billingAddress": ADDRESS},
        ),
        (
            changes.create_card(
                ACCOUNT_ID, card_type="physical", billing_address=ADDRESS, shipping_address=ADDRESS
            ),
            f"/accounts/{ACCOUNT_ID}/cards",
            {"type": "physical", "billingAddress": ADDRESS, "shippingAddress": ADDRESS},
        ),
    ],
)
def test_a_creation_or_signature_has_a_body(change: Change, path: str, body: object) -> None:
    assert (change.method, change.path, json.loads(change.body)) == ("POST", path, body)


def test_a_subscription_is_updated_by_its_id() -> None:
    change = changes.put_subscription("https://x.test", ["card.updated"], OTHER_ID)
    assert (change.method, change.path) == ("PUT", "/webhooks")
    assert json.loads(change.body)["id"] == str(OTHER_ID)


def test_a_digest_binds_method_path_and_body() -> None:
    change = changes.create_account(CUSTOMER_ID, ["EUR"])
    expected = b"POST\n" + change.path.encode() + b"\n" + change.body
    assert change.digest == hashlib.sha256(expected).hexdigest()
    other = {
        Change("PUT", change.path, change.body).digest,
        Change("POST", "/customers", change.body).digest,
        Change("POST", change.path, change.body + b" ").digest,
    }
    assert change.digest not in other
    assert len(other) == 3


def test_a_stored_change_is_the_same_again() -> None:
    change = changes.create_account(CUSTOMER_ID, ["EUR"])
    assert Change(change.method, change.path, change.body) == change


def test_a_change_cannot_be_altered() -> None:
    with pytest.raises(FrozenInstanceError):
        changes.close_account(ACCOUNT_ID).path = "/accounts"


@pytest.mark.parametrize("currencies", [[], ["eur"], ["EUR", "EURO"], [""], ["EU\n"]])
def test_a_currency_is_three_capitals(currencies: list[str]) -> None:
    with pytest.raises(ValueError, match="currency"):
        changes.create_account(CUSTOMER_ID, currencies)


@pytest.mark.parametrize("path", ["/accounts/1", "https://x.test/accounts", "/auth/credentials"])
def test_a_change_elsewhere_cannot_be_frozen(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        Change("DELETE", path)
