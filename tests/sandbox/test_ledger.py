"""The ledger: one line per change that took effect."""

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller

KEY = "c7a9b4b0-5a06-4b6f-8c55-3b0f7c1d2e3f"


def test_a_change_is_one_line_with_its_key(sandbox: Sandbox, caller: Caller, account: str) -> None:
    caller.call("PATCH", f"/accounts/{account}/deactivate", key=KEY)
    line = sandbox.ledger()[-1]
    assert {name: line[name] for name in line if name not in {"at", "sequence"}} == {
        "entity": "account",
        "id": account,
        "before": "active",
        "after": "inactive",
        "cause": "api",
        "key": KEY,
        "operation_id": "deactivateAccount",
    }


def test_a_repetition_with_the_key_adds_no_line(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    for _ in range(3):
        caller.call("DELETE", f"/accounts/{account}", key=KEY)
    assert [line["key"] for line in sandbox.ledger()].count(KEY) == 1


def test_a_refusal_adds_no_line(sandbox: Sandbox, caller: Caller, customer: str) -> None:
    account = sandbox.world.add_account(customer, "failed")["id"]
    before = sandbox.ledger()
    assert caller.call("DELETE", f"/accounts/{account}").status_code == 400
    assert sandbox.ledger() == before


def test_every_cause_is_told_apart(sandbox: Sandbox, caller: Caller, account: str) -> None:
    order = {"type": "virtual", "billingAddress": {}}
    card = caller.call("POST", f"/accounts/{account}/cards", order).json()["id"]
    caller.call("PATCH", f"/simulator/cards/{card}/issue")
    payment = {"amount": "1", "currency": "EUR"}
    caller.call("POST", f"/simulator/cards/{card}/authorisation", payment)
    caller.call("PATCH", f"/accounts/{account}/deactivate")
    causes = {line["cause"] for line in sandbox.ledger()}
    assert causes == {"api", "simulator", "timer", "provider", "cascade"}


def test_the_sequence_has_no_gaps(sandbox: Sandbox, card: str) -> None:
    sequence = [line["sequence"] for line in sandbox.ledger()]
    assert sequence == list(range(1, len(sequence) + 1))
