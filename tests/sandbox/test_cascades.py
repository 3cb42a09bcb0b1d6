"""What a change of a customer or an account does to what hangs from it."""

import pytest

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller


def _status(sandbox: Sandbox, kind: str, identifier: str) -> str:
    return sandbox.world.get(kind, identifier).status


def test_a_deactivated_account_stops_its_card(
    sandbox: Sandbox, caller: Caller, account: str, card: str
) -> None:
    caller.call("PATCH", f"/accounts/{account}/deactivate")
    assert _status(sandbox, "card", card) == "inactive"
    last = sandbox.ledger()[-1]
    assert (last["cause"], last["operation_id"]) == ("cascade", "deactivateAccount")


def test_reactivation_brings_back_what_the_cascade_stopped(
    sandbox: Sandbox, caller: Caller, account: str, card: str
) -> None:
    caller.call("PATCH", f"/accounts/{account}/deactivate")
    caller.call("PATCH", f"/accounts/{account}/activate")
    assert _status(sandbox, "card", card) == "active"


def test_reactivation_leaves_a_card_that_was_stopped_on_purpose(
    sandbox: Sandbox, caller: Caller, account: str, card: str
) -> None:
    caller.call("PATCH", f"/cards/{card}/deactivate")
    caller.call("PATCH", f"/accounts/{account}/deactivate")
    caller.call("PATCH", f"/accounts/{account}/activate")
    assert _status(sandbox, "card", card) == "inactive"


def test_a_closed_account_ends_its_card(
    sandbox: Sandbox, caller: Caller, account: str, card: str
) -> None:
    caller.call("DELETE", f"/accounts/{account}")
    assert _status(sandbox, "card", card) == "terminated"


def test_a_card_of_a_closed_account_stays_down() -> None:
    with Sandbox(closed_cards="inactive", deliveries="manual") as sandbox:
        owner = str(sandbox.world.add_customer()["id"])
        account = str(sandbox.world.add_account(owner)["id"])
        card = str(sandbox.world.add_card(account)["id"])
        caller = Caller(sandbox)
        caller.call("DELETE", f"/accounts/{account}")
        assert _status(sandbox, "card", card) == "inactive"
        assert caller.call("PATCH", f"/cards/{card}/activate").status_code == 400


def test_a_card_still_being_issued_fails_with_its_account(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    card = str(sandbox.world.add_card(account, "issuing")["id"])
    caller.call("DELETE", f"/accounts/{account}")
    assert _status(sandbox, "card", card) == "issue_failed"


@pytest.mark.parametrize("status", ["suspended", "blocked", "terminated", "issue_failed"])
def test_a_card_in_trouble_is_left_alone(
    sandbox: Sandbox, caller: Caller, account: str, status: str
) -> None:
    card = str(sandbox.world.add_card(account, status)["id"])
    caller.call("PATCH", f"/accounts/{account}/deactivate")
    caller.call("DELETE", f"/accounts/{account}")
    assert _status(sandbox, "card", card) == status


def test_a_deactivated_customer_stops_everything_and_returns_with_it(
    sandbox: Sandbox, caller: Caller, customer: str, account: str, card: str
) -> None:
    caller.call("PATCH", f"/customers/{customer}/deactivate")
    stopped = _status(sandbox, "account", account), _status(sandbox, "card", card)
    caller.call("PATCH", f"/customers/{customer}/activate")
    back = _status(sandbox, "account", account), _status(sandbox, "card", card)
    assert (stopped, back) == (("inactive", "inactive"), ("active", "active"))


def test_a_rejected_customer_loses_its_accounts(
    sandbox: Sandbox, customer: str, account: str
) -> None:
    sandbox.world.change("customer", customer, "rejected")
    assert _status(sandbox, "account", account) == "inactive"


def test_cards_need_not_come_back() -> None:
    with Sandbox(revive_cards=False, deliveries="manual") as sandbox:
        owner = str(sandbox.world.add_customer()["id"])
        account = str(sandbox.world.add_account(owner)["id"])
        card = str(sandbox.world.add_card(account)["id"])
        sandbox.world.change("account", account, "inactive")
        sandbox.world.change("account", account, "active")
        assert _status(sandbox, "card", card) == "inactive"


def test_a_card_ordered_on_a_stopped_account_is_not_issued(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    sandbox.world.change("account", account, "inactive")
    order = {"type": "virtual", "billingAddress": {}}
    card = caller.call("POST", f"/accounts/{account}/cards", order).json()["id"]
    assert _status(sandbox, "card", card) == "issue_failed"
