"""The state tables: each request from each state, legal or not."""

from typing import NamedTuple

import pytest

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller

CUSTOMER = ("initiating", "screening", "verifying", "rejected", "active", "inactive")
ACCOUNT = ("initiating", "pending", "active", "inactive", "closed", "failed")
CARD = ("issuing", "issue_failed", "active", "inactive", "blocked", "suspended", "terminated")

# Method and path, then from -> to for each legal start; "done" states are accepted unchanged.
TABLE = {
    "customer": {
        ("PATCH", "/customers/{}/deactivate"): {"active": "inactive", "inactive": "inactive"},
        ("PATCH", "/customers/{}/activate"): {"inactive": "active", "active": "active"},
        ("PATCH", "/simulator/customers/{}/verify"): {"verifying": "active", "active": "active"},
        ("PATCH", "/simulator/customers/{}/reject"): {
            "screening": "rejected",
            "verifying": "rejected",
            "rejected": "rejected",
        },
    },
    "account": {
        ("PATCH", "/accounts/{}/deactivate"): {"active": "inactive", "inactive": "inactive"},
        ("PATCH", "/accounts/{}/activate"): {"inactive": "active", "active": "active"},
        ("DELETE", "/accounts/{}"): {
            "active": "closed",
            "inactive": "closed",
            "closed": "closed",
        },
    },
    "card": {
        ("PATCH", "/cards/{}/deactivate"): {"active": "inactive", "inactive": "inactive"},
        ("PATCH", "/cards/{}/activate"): {"inactive": "active", "active": "active"},
        ("DELETE", "/cards/{}"): {"active": "terminated", "terminated": "terminated"},
        ("PATCH", "/simulator/cards/{}/issue"): {"issuing": "active", "active": "active"},
        ("PATCH", "/simulator/cards/{}/fail"): {
            "issuing": "issue_failed",
            "issue_failed": "issue_failed",
        },
    },
}
STATUSES = {"customer": CUSTOMER, "account": ACCOUNT, "card": CARD}


class Case(NamedTuple):
    """One request from one state; no goal means that it is refused."""

    kind: str
    method: str
    path: str
    status: str
    goal: str | None


CASES = [
    Case(kind, method, path, status, legal.get(status))
    for kind, requests in TABLE.items()
    for (method, path), legal in requests.items()
    for status in STATUSES[kind]
]


def _arrange(sandbox: Sandbox, kind: str, status: str) -> str:
    customer = sandbox.world.add_customer(status if kind == "customer" else "active")
    if kind == "customer":
        return str(customer["id"])
    account = sandbox.world.add_account(
        str(customer["id"]), status if kind == "account" else "active"
    )
    if kind == "account":
        return str(account["id"])
    return str(sandbox.world.add_card(str(account["id"]), status)["id"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.path} {case.status}")
def test_a_request_does_what_the_table_says(sandbox: Sandbox, caller: Caller, case: Case) -> None:
    identifier = _arrange(sandbox, case.kind, case.status)
    answer = caller.call(case.method, case.path.format(identifier))
    now = sandbox.world.get(case.kind, identifier).status
    expected = (202, case.goal, "") if case.goal else (400, case.status, f"{case.kind} is {now}")
    assert (answer.status_code, now, answer.text) == expected


def test_a_done_action_leaves_no_trace(sandbox: Sandbox, caller: Caller, account: str) -> None:
    caller.call("PATCH", f"/accounts/{account}/deactivate")
    before, events = sandbox.ledger(), sandbox.deliveries.pending()
    assert caller.call("PATCH", f"/accounts/{account}/deactivate").status_code == 202
    assert (sandbox.ledger(), sandbox.deliveries.pending()) == (before, events)


def test_an_entity_that_does_not_exist_is_not_found(caller: Caller, card: str) -> None:
    answer = caller.call("PATCH", f"/accounts/{card}/deactivate")
    assert (answer.status_code, answer.text) == (404, "account not found")


def test_an_id_that_is_no_uuid_is_refused(caller: Caller) -> None:
    assert caller.call("GET", "/accounts/17").status_code == 400


def test_the_provider_may_do_anything_by_itself(sandbox: Sandbox, card: str) -> None:
    for status in ("suspended", "active", "blocked", "something new"):
        assert sandbox.world.change("card", card, status)["status"] == status


def test_the_update_time_rises_even_with_a_stopped_clock(sandbox: Sandbox, card: str) -> None:
    sandbox.world.clock.pin(1_700_000_000_000_000_000)
    changes = [sandbox.world.change("card", card, s) for s in ("inactive", "active", "inactive")]
    times = [str(change["updatedAt"]) for change in changes]
    assert times == sorted(set(times))
