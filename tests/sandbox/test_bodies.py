"""Request bodies are read strictly, and the refusal names the field."""

import pytest

from tests.sandbox.caller import Caller, send

ACCOUNT = {"type": "card_account", "currencies": ["EUR"]}
CARD = {"type": "virtual", "billingAddress": {"city": "Lisbon"}}
PAYMENT = {"amount": "1", "currency": "EUR"}
OWNER = {"chainId": "eip155:324:0x0000000000000000000000000000000000000001", "externalId": "c"}


def _refusal(caller: Caller, path: str, body: object) -> str:
    answer = caller.call("POST", path, body)
    assert answer.status_code == 400
    return answer.text


def test_fields_nobody_knows_are_ignored(caller: Caller) -> None:
    assert caller.call("POST", "/customers", {**OWNER, "colour": "red"}).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chainId": None}, "chainId"),
        ({"chainId": "eip155:324"}, "chainId"),
        ({"chainId": "eip155:324:0x12"}, "chainId"),
        ({"externalId": 7}, "externalId"),
    ],
)
def test_a_customer_needs_wallet_and_name(
    caller: Caller, changes: dict[str, object], field: str
) -> None:
    assert _refusal(caller, "/customers", OWNER | changes) == f"invalid request: {field}"


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"type": "CARD_ACCOUNT"}, "invalid request: type"),
        ({"currencies": []}, "invalid request: currencies"),
        ({"currencies": "EUR"}, "invalid request: currencies"),
        ({"currencies": [1]}, "invalid request: currencies"),
        ({"currencies": ["EUR", "USD"]}, "exactly one currency is supported"),
    ],
)
def test_an_account_needs_type_and_currency(
    caller: Caller, customer: str, changes: dict[str, object], label: str
) -> None:
    assert _refusal(caller, f"/customers/{customer}/accounts", ACCOUNT | changes) == label


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "paper"}, "type"),
        ({"billingAddress": "Lisbon"}, "billingAddress"),
        ({"billingAddress": {"city": 1}}, "city"),
        ({"type": "physical"}, "shippingAddress"),
    ],
)
def test_a_card_needs_type_and_addresses(
    caller: Caller, account: str, changes: dict[str, object], field: str
) -> None:
    path = f"/accounts/{account}/cards"
    assert _refusal(caller, path, CARD | changes) == f"invalid request: {field}"


def test_a_physical_card_is_sent_somewhere(caller: Caller, account: str) -> None:
    order = {**CARD, "type": "physical", "shippingAddress": {}}
    assert caller.call("POST", f"/accounts/{account}/cards", order).status_code == 201


def test_a_closed_account_gets_no_card(caller: Caller, account: str) -> None:
    caller.call("DELETE", f"/accounts/{account}")
    assert _refusal(caller, f"/accounts/{account}/cards", CARD) == "account is closed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 1}, "amount"),
        ({"amount": "1,5"}, "amount"),
        ({"amount": "1\n"}, "amount"),
        ({"currency": "euro"}, "currency"),
        ({"capture": "yes"}, "capture"),
    ],
)
def test_a_payment_needs_amount_and_currency(
    caller: Caller, card: str, changes: dict[str, object], field: str
) -> None:
    path = f"/simulator/cards/{card}/authorisation"
    assert _refusal(caller, path, PAYMENT | changes) == f"invalid request: {field}"


@pytest.mark.parametrize(
    ("amount", "shown"), [("20.0", "20"), ("007.10", "7.1"), ("-0.50", "-0.5"), ("0", "0")]
)
def test_an_amount_loses_its_needless_zeros(
    caller: Caller, card: str, amount: str, shown: str
) -> None:
    path = f"/simulator/cards/{card}/authorisation"
    assert caller.call("POST", path, PAYMENT | {"amount": amount}).json()["amount"] == shown


@pytest.mark.parametrize(
    "raw",
    [
        b"null",
        b"{",
        b"\xff",
        b'{"externalId": "a", "externalId": "b"}',
        b'{"externalId": "\\ud800"}',
        b'{"externalId": Infinity}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_plain_json_object_is_refused(caller: Caller, raw: bytes) -> None:
    url = f"{caller.sandbox.url}/customers"
    answer = send("POST", url, raw, caller.headers("POST", url, raw))
    assert (answer.status_code, answer.text.partition(":")[0]) == (400, "invalid request")
