"""Idempotency keys: one effect per key within the hour."""

import threading
import time
import uuid
from collections.abc import Iterator

import pytest
import requests

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller, send

KEY = "0f6c3f51-1c8e-4f0e-9a0f-6f0d2a5f4a11"
ORDER = {"type": "card_account", "currencies": ["EUR"]}


def test_a_repeated_request_gets_the_identical_first_answer(
    sandbox: Sandbox, caller: Caller, customer: str
) -> None:
    path = f"/customers/{customer}/accounts"
    first, second = (caller.call("POST", path, ORDER, key=KEY) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert len(sandbox.world.entities.all("account")) == 1


def test_the_key_may_change_its_case(caller: Caller, customer: str) -> None:
    path = f"/customers/{customer}/accounts"
    first = caller.call("POST", path, ORDER, key=KEY)
    assert caller.call("POST", path, ORDER, key=KEY.upper()).json() == first.json()


@pytest.mark.parametrize(
    ("method", "suffix", "body"),
    [
        ("POST", "accounts", {**ORDER, "currencies": ["USD"]}),
        ("PATCH", "deactivate", None),
    ],
)
def test_a_key_with_another_payload_is_refused(
    caller: Caller, customer: str, method: str, suffix: str, body: object
) -> None:
    caller.call("POST", f"/customers/{customer}/accounts", ORDER, key=KEY)
    answer = caller.call(method, f"/customers/{customer}/{suffix}", body, key=KEY)
    assert answer.status_code == 422


def test_a_refusal_is_replayed_too(sandbox: Sandbox, caller: Caller, customer: str) -> None:
    account = str(sandbox.world.add_account(customer, "failed")["id"])
    first = caller.call("PATCH", f"/accounts/{account}/activate", key=KEY)
    sandbox.world.change("account", account, "inactive")
    second = caller.call("PATCH", f"/accounts/{account}/activate", key=KEY)
    assert (first.status_code, second.status_code, second.text) == (400, 400, first.text)


@pytest.mark.parametrize("key", ["", "not-a-uuid"])
def test_a_change_needs_a_key(caller: Caller, account: str, key: str) -> None:
    url = f"{caller.sandbox.url}/accounts/{account}/deactivate"
    headers = {"authorization": f"Bearer {caller.token}"} | (
        {"idempotency-key": key} if key else {}
    )
    answer = send("PATCH", url, b"", caller.sign("PATCH", url, headers))
    assert (answer.status_code, answer.text) == (400, "idempotency key missing or not a UUID")


def test_reading_needs_no_key(caller: Caller, account: str) -> None:
    assert caller.call("GET", f"/accounts/{account}").status_code == 200


def test_a_key_in_flight_is_refused(sandbox: Sandbox, caller: Caller, customer: str) -> None:
    path = f"/customers/{customer}/accounts"
    sandbox.faults.add(operation="createAccount", action="delay", seconds=1)
    answers: list[requests.Response] = []
    slow = threading.Thread(
        target=lambda: answers.append(caller.call("POST", path, ORDER, key=KEY))
    )
    slow.start()
    while not sandbox.world.entities.all("account"):
        time.sleep(0.01)
    meanwhile = caller.call("POST", path, ORDER, key=KEY)
    slow.join()
    assert (meanwhile.status_code, answers[0].status_code) == (409, 201)
    assert caller.call("POST", path, ORDER, key=KEY).json() == answers[0].json()


@pytest.fixture
def hourly() -> Iterator[Sandbox]:
    """A sandbox whose hour passes on its own clock."""
    with Sandbox(deliveries="manual", idempotency_clock="world") as running:
        yield running


def test_after_an_hour_a_key_is_new(hourly: Sandbox) -> None:
    owner, caller = hourly.world.add_customer()["id"], Caller(hourly)
    made = []
    for seconds in (0, 3590, 20):
        hourly.world.clock.advance(seconds)
        made.append(
            caller.call("POST", f"/customers/{owner}/accounts", ORDER, key=KEY).json()["id"]
        )
    assert made[0] == made[1] != made[2]


def test_parallel_requests_with_one_key_change_once(
    sandbox: Sandbox, caller: Caller, customer: str
) -> None:
    path, answers = f"/customers/{customer}/accounts", []
    threads = [
        threading.Thread(target=lambda: answers.append(caller.call("POST", path, ORDER, key=KEY)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(sandbox.world.entities.all("account")) == 1


def test_different_keys_are_different_requests(
    sandbox: Sandbox, caller: Caller, customer: str
) -> None:
    for _ in range(2):
        caller.call("POST", f"/customers/{customer}/accounts", ORDER, key=str(uuid.uuid4()))
    assert len(sandbox.world.entities.all("account")) == 2
