"""Scripted trouble on the way out: lost, twice, out of order, late."""

from collections.abc import Iterator

import pytest

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where the webhooks go."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def sandbox(receiver: Receiver) -> Iterator[Sandbox]:
    """A sandbox that delivers customers to the receiver."""
    with Sandbox(seed=7) as running:
        subscription = {"callbackUrl": receiver.url, "types": ["customer.updated"]}
        Caller(running).call("PUT", "/webhooks", subscription)
        yield running


def _told(sandbox: Sandbox, receiver: Receiver) -> list[object]:
    sandbox.world.add_customer()
    assert sandbox.deliveries.wait_until_idle()
    return [arrival.event["status"] for arrival in receiver.arrivals]


def test_a_lost_event_never_arrives(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults.add(webhook="customer.updated", action="lose", times=3)
    assert _told(sandbox, receiver) == ["active"]
    assert [delivery["status"] for delivery in sandbox.deliveries.all()].count("lost") == 3


def test_a_duplicate_comes_with_the_same_event_id(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults.add(webhook="*", action="duplicate", copies=3)
    assert sorted(map(str, _told(sandbox, receiver))).count("initiating") == 3
    assert len({arrival.event["eventId"] for arrival in receiver.arrivals}) == 4


def test_a_window_arrives_in_reverse(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults.add(webhook="*", action="reorder", times=4, window=4, seconds=0.05)
    assert _told(sandbox, receiver) == ["active", "verifying", "screening", "initiating"]


def test_a_late_event_comes_after_the_others(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults.add(webhook="*", action="delay", seconds=0.2)
    assert _told(sandbox, receiver)[-1] == "initiating"


def test_events_of_other_types_are_left_alone(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.faults.add(webhook="account.updated", action="lose", times=None)
    assert len(_told(sandbox, receiver)) == 4
