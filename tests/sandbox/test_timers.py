"""What happens by itself after a while, on the world's clock."""

import time
from collections.abc import Iterator

import pytest

from sandbox.clock import parse
from sandbox.ledger import PROVIDER, Origin
from sandbox.server import Sandbox
from tests.sandbox.caller import Caller

API = Origin("api")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose every step takes an hour."""
    with Sandbox(
        deliveries="manual", screening_seconds=3600, deployment_seconds=3600, change_seconds=3600
    ) as running:
        running.world.clock.pin(parse("2026-01-01T00:00:00Z"))
        yield running


def _screened(sandbox: Sandbox) -> str:
    customer = sandbox.world.entities.find(str(sandbox.world.add_customer("initiating")["id"]))
    assert customer is not None
    sandbox.world.rules.move(customer, "screening", API)
    return customer.id


def test_screening_ends_when_its_time_has_come(sandbox: Sandbox) -> None:
    customer = _screened(sandbox)
    sandbox.world.clock.advance(3599)
    sandbox.world.tick()
    assert sandbox.world.get("customer", customer).status == "screening"
    sandbox.world.clock.advance(1)
    sandbox.world.tick()
    assert sandbox.world.get("customer", customer).status == "verifying"


def test_settle_does_not_wait(sandbox: Sandbox) -> None:
    customer = _screened(sandbox)
    sandbox.world.settle()
    assert sandbox.world.get("customer", customer).status == "verifying"


def test_the_clock_thread_fires_without_a_request(sandbox: Sandbox) -> None:
    customer = _screened(sandbox)
    sandbox.world.clock.advance(3600)
    for _ in range(100):
        if sandbox.world.get("customer", customer).status == "verifying":
            return
        time.sleep(0.05)
    pytest.fail("the timer did not fire")


def test_a_timer_finds_its_entity_elsewhere_and_does_nothing(sandbox: Sandbox) -> None:
    customer = _screened(sandbox)
    entity = sandbox.world.get("customer", customer)
    sandbox.world.rules.move(entity, "rejected", PROVIDER)
    sandbox.world.settle()
    assert sandbox.world.get("customer", customer).status == "rejected"


def test_what_the_provider_set_by_itself_stays(sandbox: Sandbox) -> None:
    customer = _screened(sandbox)
    sandbox.world.change("customer", customer, "screening")
    sandbox.world.settle()
    assert sandbox.world.get("customer", customer).status == "screening"


def test_an_accepted_change_may_take_effect_later(sandbox: Sandbox) -> None:
    owner = str(sandbox.world.add_customer()["id"])
    account = str(sandbox.world.add_account(owner)["id"])
    key = "9d1cf16a-5f0b-4f3f-8d52-3f6ab51f4d4f"
    Caller(sandbox).call("PATCH", f"/accounts/{account}/deactivate", key=key)
    assert sandbox.world.get("account", account).status == "active"
    sandbox.world.settle()
    last = sandbox.ledger()[-1]
    assert (last["after"], last["cause"], last["key"]) == ("inactive", "api", key)


def test_a_later_change_asked_twice_happens_once(sandbox: Sandbox) -> None:
    owner = str(sandbox.world.add_customer()["id"])
    account = str(sandbox.world.add_account(owner)["id"])
    caller = Caller(sandbox)
    before = len(sandbox.ledger())
    for _ in range(2):
        caller.call("PATCH", f"/accounts/{account}/deactivate")
    sandbox.world.settle()
    assert len(sandbox.ledger()) == before + 1


def test_a_released_clock_is_the_real_one(sandbox: Sandbox) -> None:
    sandbox.world.clock.release()
    assert sandbox.world.clock.now() > parse("2026-01-02T00:00:00Z")
