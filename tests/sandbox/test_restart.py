"""What lies in the file survives a restart; what was seeded comes out the same."""

from pathlib import Path

import pytest

from sandbox.clock import parse
from sandbox.server import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.receiver import receiving

KEY = "6b1f0a0e-77a3-4a83-9d43-0d6f3f1c2b55"


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A file for the sandbox."""
    return str(tmp_path / "sandbox.sqlite3")


def test_the_world_is_the_same_after_a_restart(db: str) -> None:
    with Sandbox(db=db, deliveries="manual") as first:
        account = str(first.world.add_account(str(first.world.add_customer()["id"]))["id"])
        first.world.add_card(account)
        before = first.world.snapshot(), first.ledger(), first.api_key, first.webhook_key_id
    with Sandbox(db=db, deliveries="manual") as second:
        after = second.world.snapshot(), second.ledger(), second.api_key, second.webhook_key_id
    assert before == after


def test_keys_tokens_and_stored_answers_survive(db: str) -> None:
    with Sandbox(db=db, deliveries="manual") as first:
        caller = Caller(first)
        path = f"/customers/{first.world.add_customer()['id']}/accounts"
        order = {"type": "card_account", "currencies": ["EUR"]}
        made = caller.call("POST", path, order, key=KEY).json()
    with Sandbox(db=db, deliveries="manual") as second:
        caller.sandbox = second
        assert caller.call("POST", path, order, key=KEY).json() == made


def test_queued_deliveries_arrive_after_a_restart(db: str) -> None:
    with receiving() as receiver:
        with Sandbox(db=db) as first:
            first.deliveries.hold()
            body = {"callbackUrl": receiver.url, "types": ["customer.updated"]}
            Caller(first).call("PUT", "/webhooks", body)
            customer = first.world.add_customer()["id"]
        assert receiver.arrivals == []
        with Sandbox(db=db):
            told = [arrival.event for arrival in receiver.wait_for(4)]
    assert {event["id"] for event in told} == {customer}
    assert [event["status"] for event in told] == ["initiating", "screening", "verifying", "active"]


def test_a_pinned_clock_stays_pinned(db: str) -> None:
    noon = parse("2026-03-01T12:00:00Z")
    with Sandbox(db=db, deliveries="manual") as first:
        first.world.clock.pin(noon)
    with Sandbox(db=db, deliveries="manual") as second:
        assert second.world.clock.now() == noon


def test_timers_fire_after_a_restart(db: str) -> None:
    order = {"type": "card_account", "currencies": ["XXX"]}
    with Sandbox(db=db, deliveries="manual", check_seconds=3600) as first:
        owner = first.world.add_customer()["id"]
        account = Caller(first).call("POST", f"/customers/{owner}/accounts", order).json()["id"]
    with Sandbox(db=db, deliveries="manual") as second:
        second.world.settle()
        assert second.world.get("account", account).status == "failed"


def test_ids_do_not_come_again_after_a_restart(db: str) -> None:
    ids = set()
    for _ in range(3):
        with Sandbox(db=db, seed=3, deliveries="manual") as sandbox:
            ids.add(sandbox.world.add_customer()["id"])
    assert len(ids) == 3


def _story(seed: int) -> tuple[object, ...]:
    with Sandbox(seed=seed, deliveries="manual") as sandbox:
        sandbox.world.clock.pin(parse("2026-03-01T12:00:00Z"))
        account = sandbox.world.add_account(str(sandbox.world.add_customer()["id"]), "initiating")
        challenge = sandbox.world.fetch_challenge("account", str(account["id"]))
        return sandbox.world.snapshot(), sandbox.deliveries.pending(), challenge, sandbox.api_key


def test_the_same_seed_tells_the_same_story() -> None:
    assert _story(5) == _story(5)
    assert _story(5)[2:] != _story(6)[2:]


def test_given_credentials_are_used(db: str) -> None:
    with Sandbox(db=db, api_key="0b0d1c0e-1f2a-4b3c-8d4e-5f6a7b8c9d0e", api_secret="s") as sandbox:
        assert sandbox.api_secret == "s"
        assert Caller(sandbox).call("GET", "/accounts").status_code == 200
