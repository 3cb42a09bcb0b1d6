"""The whole life of a customer, an account and a card, over the API alone."""

import base64

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller


def _sign(sandbox: Sandbox, challenge: str, wallet: str) -> str:
    signature = bytes.fromhex(sandbox.world.sign(challenge, wallet)[2:])
    return base64.b64encode(signature).decode()


def _customer(sandbox: Sandbox, caller: Caller, wallet: str) -> str:
    made = caller.call("POST", "/customers", {"chainId": wallet, "externalId": "c-1"}).json()
    proof = {
        "challenge": made["challenge"],
        "signature": _sign(sandbox, made["challenge"], wallet),
    }
    assert caller.call("POST", f"/customers/{made['id']}/challenge/sign", proof).status_code == 204
    caller.call("PATCH", f"/simulator/customers/{made['id']}/verify")
    return str(made["id"])


def _account(sandbox: Sandbox, caller: Caller, customer: str, wallet: str) -> str:
    order = {"type": "card_account", "currencies": ["EUR"]}
    made = caller.call("POST", f"/customers/{customer}/accounts", order).json()
    signature = _sign(sandbox, made["challenge"], wallet)
    proof = {"ownerId": wallet, "challenge": made["challenge"], "signature": signature}
    assert caller.call("POST", f"/accounts/{made['id']}/challenge/sign", proof).status_code == 204
    return str(made["id"])


def test_an_account_is_opened_signed_and_closed(sandbox: Sandbox, caller: Caller) -> None:
    wallet = sandbox.world.wallets.create()
    account = _account(sandbox, caller, _customer(sandbox, caller, wallet), wallet)
    opened = caller.call("GET", f"/accounts/{account}").json()
    assert (opened["status"], opened["chainId"][:11]) == ("active", "eip155:324:")
    assert caller.call("DELETE", f"/accounts/{account}").status_code == 202
    assert caller.call("GET", f"/accounts/{account}").json()["status"] == "closed"


def test_a_payment_is_captured_and_becomes_a_transaction(caller: Caller, card: str) -> None:
    order = {"amount": "20.0", "currency": "EUR"}
    made = caller.call("POST", f"/simulator/cards/{card}/authorisation", order).json()
    assert (made["status"], made["amount"]) == ("pending", "20")
    assert caller.call("GET", f"/authorisations/{made['id']}").json()["status"] == "captured"
    (transaction,) = caller.call("GET", f"/cards/{card}/transactions").json()
    shown = caller.call("GET", f"/transactions/{transaction['id']}").json()
    assert (shown["status"], shown["authorisationId"]) == ("processed", made["id"])


def test_a_payment_without_capture_waits_for_its_release(caller: Caller, card: str) -> None:
    order = {"amount": "5", "currency": "EUR", "capture": False}
    made = caller.call("POST", f"/simulator/cards/{card}/authorisation", order).json()
    caller.call("PATCH", f"/simulator/authorisations/{made['id']}/release")
    assert caller.call("GET", f"/authorisations/{made['id']}").json()["status"] == "released"
    assert caller.call("GET", f"/cards/{card}/transactions").json() == []


def test_an_account_lists_the_transactions_of_its_cards(
    caller: Caller, account: str, card: str
) -> None:
    order = {"amount": "1", "currency": "EUR"}
    caller.call("POST", f"/simulator/cards/{card}/authorisation", order)
    (transaction,) = caller.call("GET", f"/accounts/{account}/transactions").json()
    assert transaction["cardId"] == card


def test_an_inactive_card_cannot_pay(sandbox: Sandbox, caller: Caller, card: str) -> None:
    sandbox.world.change("card", card, "inactive")
    order = {"amount": "1", "currency": "EUR"}
    answer = caller.call("POST", f"/simulator/cards/{card}/authorisation", order)
    assert (answer.status_code, answer.text) == (400, "card is not active")


def test_an_account_has_one_virtual_card_at_most(caller: Caller, account: str, card: str) -> None:
    order = {"type": "virtual", "billingAddress": {}}
    assert caller.call("POST", f"/accounts/{account}/cards", order).status_code == 400


def test_a_card_that_ended_makes_room_for_another(caller: Caller, account: str, card: str) -> None:
    caller.call("DELETE", f"/cards/{card}")
    order = {"type": "virtual", "billingAddress": {}}
    assert caller.call("POST", f"/accounts/{account}/cards", order).status_code == 201


def test_one_instant_has_nine_digits_after_a_post_and_six_after_a_get(
    caller: Caller, account: str
) -> None:
    order = {"type": "virtual", "billingAddress": {}}
    made = caller.call("POST", f"/accounts/{account}/cards", order).json()
    shown = caller.call("GET", f"/cards/{made['id']}").json()
    assert len(made["createdAt"]) == len("2026-01-01T00:00:00.123456789Z")
    assert shown["createdAt"] == made["createdAt"][:-4] + "Z"


def test_a_wallet_belongs_to_one_customer(sandbox: Sandbox, caller: Caller) -> None:
    wallet = str(sandbox.world.add_customer()["chainId"])
    again = {"chainId": wallet.lower(), "externalId": "another"}
    assert caller.call("POST", "/customers", again).status_code == 409


def test_an_account_needs_an_active_customer(sandbox: Sandbox, caller: Caller) -> None:
    customer = sandbox.world.add_customer("verifying")["id"]
    order = {"type": "card_account", "currencies": ["EUR"]}
    answer = caller.call("POST", f"/customers/{customer}/accounts", order)
    assert (answer.status_code, answer.text) == (400, "customer is not active")


def test_an_account_in_an_unknown_currency_fails(caller: Caller, customer: str) -> None:
    order = {"type": "card_account", "currencies": ["XXX"]}
    made = caller.call("POST", f"/customers/{customer}/accounts", order).json()
    assert made["status"] == "initiating"
    assert caller.call("GET", f"/accounts/{made['id']}").json()["status"] == "failed"


def test_the_entities_of_the_programme_are_listed(
    caller: Caller, customer: str, account: str, card: str
) -> None:
    for path, identifier in (("/customers", customer), ("/accounts", account), ("/cards", card)):
        assert [entity["id"] for entity in caller.call("GET", path).json()] == [identifier]
    (below,) = caller.call("GET", f"/customers/{customer}/accounts").json()
    assert below["id"] == account
