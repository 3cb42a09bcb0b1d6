"""Scripted trouble on the way in: what takes effect, what comes back, what a repetition gets."""

import time

import pytest
import requests

from sandbox.errors import Refused
from sandbox.server import Sandbox
from tests.sandbox.caller import Caller

KEY = "3a7c2f1e-8f0b-4c3c-9f6b-1f2e3d4c5b6a"


def _status(sandbox: Sandbox, account: str) -> str:
    return sandbox.world.get("account", account).status


def _await_status(sandbox: Sandbox, account: str, status: str) -> None:
    until = time.monotonic() + 30
    while _status(sandbox, account) != status:
        assert time.monotonic() < until, f"never became {status}"
        time.sleep(0.05)


def test_a_dropped_reply_took_effect_and_is_replayed(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    sandbox.faults.add(operation="closeAccount", action="drop_reply")
    with pytest.raises(requests.ConnectionError):
        caller.call("DELETE", f"/accounts/{account}", key=KEY)
    assert _status(sandbox, account) == "closed"
    assert caller.call("DELETE", f"/accounts/{account}", key=KEY).status_code == 202
    assert [line["key"] for line in sandbox.ledger()].count(KEY) == 1


def test_a_killed_connection_has_no_effect(sandbox: Sandbox, caller: Caller, account: str) -> None:
    sandbox.faults.add(operation="*", method="delete", action="kill_before")
    with pytest.raises(requests.ConnectionError):
        caller.call("DELETE", f"/accounts/{account}", key=KEY)
    assert _status(sandbox, account) == "active"
    assert caller.call("DELETE", f"/accounts/{account}", key=KEY).status_code == 202


def test_a_delay_comes_after_the_effect(sandbox: Sandbox, caller: Caller, account: str) -> None:
    sandbox.faults.add(operation="deactivateAccount", action="delay", seconds=0.3)
    began = time.monotonic()
    assert caller.call("PATCH", f"/accounts/{account}/deactivate").status_code == 202
    assert time.monotonic() - began >= 0.3


def test_a_late_request_takes_effect_after_its_caller_gave_up(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    sandbox.faults.add(operation="closeAccount", action="arrive_late", seconds=3)
    url = f"{sandbox.url}/accounts/{account}"
    headers = caller.headers("DELETE", url, b"", key=KEY)
    with pytest.raises(requests.Timeout):
        requests.delete(url, headers=headers, timeout=0.1)
    assert _status(sandbox, account) == "active"
    _await_status(sandbox, account, "closed")


def test_a_late_request_whose_signature_expired_has_no_effect(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    sandbox.faults.add(operation="closeAccount", action="arrive_late", seconds=1.2)
    url = f"{sandbox.url}/accounts/{account}"
    headers = caller.headers("DELETE", url, b"", expires=int(time.time()) + 1)
    assert requests.delete(url, headers=headers, timeout=5).status_code == 401
    assert _status(sandbox, account) == "active"


@pytest.mark.parametrize(("effect", "status"), [(True, "inactive"), (False, "active")])
def test_a_500_may_have_taken_effect_or_not(
    sandbox: Sandbox, caller: Caller, account: str, effect: bool, status: str
) -> None:
    sandbox.faults.add(operation="deactivateAccount", action="status", code=500, effect=effect)
    assert caller.call("PATCH", f"/accounts/{account}/deactivate", key=KEY).status_code == 500
    assert _status(sandbox, account) == status
    assert caller.call("PATCH", f"/accounts/{account}/deactivate", key=KEY).status_code == 202
    assert _status(sandbox, account) == "inactive"


@pytest.mark.parametrize("effect", [True, False])
def test_a_stored_500_is_replayed(
    sandbox: Sandbox, caller: Caller, account: str, effect: bool
) -> None:
    sandbox.faults.add(operation="*", action="status", code=503, effect=effect, stored=True)
    for _ in range(2):
        answer = caller.call("PATCH", f"/accounts/{account}/deactivate", key=KEY)
        assert answer.status_code == 503
    assert (_status(sandbox, account) == "inactive") is effect


def test_a_429_says_when_to_come_back(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.add(operation="listAccounts", action="status", code=429, retry_after=7)
    answer = caller.call("GET", "/accounts")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_a_malformed_answer_took_effect(sandbox: Sandbox, caller: Caller, account: str) -> None:
    sandbox.faults.add(operation="getAccount", action="malformed")
    answer = caller.call("GET", f"/accounts/{account}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_scripted_conflict_has_no_effect(sandbox: Sandbox, caller: Caller, account: str) -> None:
    sandbox.faults.add(operation="closeAccount", action="conflict_in_flight")
    assert caller.call("DELETE", f"/accounts/{account}", key=KEY).status_code == 409
    assert _status(sandbox, account) == "active"
    assert caller.call("DELETE", f"/accounts/{account}", key=KEY).status_code == 202


def test_the_world_may_change_just_before_a_request(
    sandbox: Sandbox, caller: Caller, account: str
) -> None:
    sandbox.faults.add(
        operation="activateAccount", action="sees", entity="account", status="closed"
    )
    answer = caller.call("PATCH", f"/accounts/{account}/activate")
    assert (answer.status_code, answer.text) == (400, "account is closed")


def test_a_fault_is_used_up(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.add(operation="listAccounts", action="status", times=2)
    answers = [caller.call("GET", "/accounts").status_code for _ in range(3)]
    assert answers == [500, 500, 200]


def test_a_fault_may_be_for_ever(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.add(operation="listAccounts", action="status", times=None)
    assert {caller.call("GET", "/accounts").status_code for _ in range(3)} == {500}
    sandbox.faults.clear()
    assert caller.call("GET", "/accounts").status_code == 200


def test_a_fault_meets_only_its_path(sandbox: Sandbox, caller: Caller, account: str) -> None:
    sandbox.faults.add(operation="*", path_contains=account, action="status")
    assert caller.call("GET", "/accounts").status_code == 200
    assert caller.call("GET", f"/accounts/{account}").status_code == 500


def test_even_a_token_can_be_in_trouble(sandbox: Sandbox) -> None:
    sandbox.faults.add(operation="createToken", action="status", code=503)
    credentials = {"apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
    codes = [
        requests.post(f"{sandbox.url}/auth/token", json=credentials, timeout=5).status_code
        for _ in range(2)
    ]
    assert codes == [503, 200]


@pytest.mark.parametrize(
    "script",
    [
        {"operation": "*", "action": "explode"},
        {"webhook": "*", "action": "drop_reply"},
        {"action": "delay"},
        {"operation": "closeAcount", "action": "delay"},
        {"webhook": "account.closed", "action": "delay"},
        {"operation": "*", "action": "sees", "status": "closed"},
        {"operation": "*", "webhook": "*", "action": "delay"},
        {"operation": "*", "action": "delay", "seconds": "long"},
        {"operation": "*", "action": "delay", "seconds": -1},
        {"operation": "*", "action": "delay", "times": 1.5},
        {"operation": "*", "action": "status", "effect": 1},
        {"operation": "*", "action": "status", "code": 20},
        {"operation": "*", "action": "status", "colour": "red"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    sandbox: Sandbox, script: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        sandbox.faults.add(**script)
