"""The provider's representations, read tolerantly in values and strictly in form."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from accounts_app.offblocks import shapes
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.shapes import Account, Card, Challenge, Customer, parse
from accounts_app.offblocks.signing import export_public_key, public_pem

from . import samples


def body(value: object) -> bytes:
    """Write a value as the provider would."""
    return json.dumps(value).encode()


def test_an_account_is_read() -> None:
    account = parse(Account, body(samples.account(chainId=samples.WALLET)))
    assert (account.id, account.customer_id) == (samples.ACCOUNT_ID, samples.CUSTOMER_ID)
    assert (account.status, account.type, account.currencies) == (
        "active",
        "card_account",
        ("EUR",),
    )
    assert account.chain_id == samples.WALLET
    assert account.updated_at == datetime(2026, 2, 3, 4, 5, 6, 654321, tzinfo=UTC)
    assert account.updated_at_text == "2026-02-03T04:05:06.654321Z"
    assert account.created_at == datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)
    assert account.revision == int(account.updated_at.timestamp() * 1_000_000)


def test_a_customer_is_read() -> None:
    customer = parse(Customer, body(samples.customer()))
    assert (customer.external_id, customer.chain_id) == ("C-1", samples.WALLET)


def test_a_card_is_read() -> None:
    card = parse(Card, body(samples.card()))
    assert (card.account_id, card.masked_pan) == (samples.ACCOUNT_ID, "400000******1234")
    assert (card.network, card.name, card.expiration_date) == ("visa", None, None)


def test_an_unknown_status_and_type_are_kept() -> None:
    account = parse(Account, body(samples.account(status="frozen", type="SAVINGS")))
    assert (account.status, account.type) == ("frozen", "savings")
    assert account.status not in shapes.ACCOUNT_STATUSES


def test_the_representation_is_the_object_without_its_challenge() -> None:
    sent = samples.account(extra={"deep": [1]}, representation="x", customer_id="y")
    account = parse(Account, body({**sent, "challenge": "abc"}))
    assert account.representation == sent
    assert account.challenge == "abc"
    assert account.customer_id == samples.CUSTOMER_ID


def test_a_shape_cannot_be_changed() -> None:
    account = parse(Account, body(samples.account()))
    with pytest.raises(ValidationError, match="frozen"):
        account.status = "closed"


def test_an_id_is_canonical_whatever_its_case_and_version() -> None:
    account = parse(Account, body(samples.account(id=str(samples.ACCOUNT_ID).upper())))
    assert str(account.id) == str(samples.ACCOUNT_ID)


@pytest.mark.parametrize("missing", [None, "absent"])
def test_an_account_needs_neither_chain_nor_currency(missing: str | None) -> None:
    sent = samples.account(chainId=None, currencies=None)
    if missing == "absent":
        del sent["chainId"], sent["currencies"]
    account = parse(Account, body(sent))
    assert (account.chain_id, account.currencies) == (None, ())


@pytest.mark.parametrize(
    "change",
    [
        {"id": "not-a-uuid"},
        {"id": str(samples.ACCOUNT_ID).replace("-", "")},
        {"id": "{" + str(samples.ACCOUNT_ID) + "}"},
        {"id": 5},
        {"id": None},
        {"status": ""},
        {"status": None},
        {"status": 1},
        {"status": "x" * 65},
        {"customerId": "1"},
        {"updatedAt": "yesterday"},
        {"updatedAt": None},
        {"createdAt": 5},
        {"currencies": "EUR"},
        {"currencies": [1]},
        {"chainId": ""},
    ],
)
def test_an_odd_field_is_unreadable_and_named(change: dict[str, Any]) -> None:
    (name,) = change
    with pytest.raises(Unreadable, match=name):
        parse(Account, body(samples.account(**change)))


def test_the_error_does_not_repeat_the_value() -> None:
    with pytest.raises(Unreadable) as caught:
        parse(Account, body(samples.account(status="secret" * 20)))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("document", [[], "x", 5, None, True])
def test_anything_but_an_object_is_unreadable(document: object) -> None:
    with pytest.raises(Unreadable, match="Account"):
        parse(Account, body(document))


@pytest.mark.parametrize("challenge", ["", None, 5])
def test_a_challenge_must_be_there(challenge: object) -> None:
    with pytest.raises(Unreadable, match="challenge"):
        parse(Challenge, body({"challenge": challenge}))


@pytest.mark.parametrize("name", ["keyId", "id"])
def test_a_key_id_has_two_names(name: str) -> None:
    assert parse(shapes.SigningKey, body({name: "k"})).key_id == "k"


def test_a_verification_key_comes_plain_or_in_base64(pem: str) -> None:
    public = public_pem(pem)
    for text in (public, export_public_key(public)):
        assert parse(shapes.VerificationKey, body({"publicKey": text})).pem == public


def test_a_verification_key_that_is_neither_is_unreadable() -> None:
    key = parse(shapes.VerificationKey, body({"publicKey": "§"}))
    with pytest.raises(Unreadable):
        _ = key.pem


def test_what_must_not_be_logged_does_not_show() -> None:
    shown = [
        parse(shapes.Token, body({"token": "hidden"})),
        parse(Challenge, body({"challenge": "hidden"})),
        parse(shapes.Subscription, body(samples.subscription(callbackUrl="hidden"))),
    ]
    assert "hidden" not in repr(shown)


def test_final_statuses_are_known_statuses() -> None:
    assert shapes.FINAL_CUSTOMER_STATUSES < shapes.CUSTOMER_STATUSES
    assert shapes.FINAL_ACCOUNT_STATUSES < shapes.ACCOUNT_STATUSES
    assert shapes.FINAL_CARD_STATUSES < shapes.CARD_STATUSES
