"""Webhooks on their way: signed, in order, tried again, and given up at last."""

import base64
import hashlib
import re
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.receiver import Arrival, Receiver, receiving

EVERY_TYPE = [
    f"{kind}.updated" for kind in ("customer", "account", "card", "authorisation", "transaction")
]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where the webhooks go."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def sandbox(receiver: Receiver) -> Iterator[Sandbox]:
    """A sandbox that delivers everything to the receiver, and retries fast."""
    with Sandbox(seed=7, quick_retries=(0.02, 0.04)) as running:
        subscription = {"callbackUrl": receiver.url, "types": EVERY_TYPE}
        assert Caller(running).call("PUT", "/webhooks", subscription).status_code == 200
        yield running


def _verify(sandbox: Sandbox, arrival: Arrival) -> None:
    """Check a delivery with plain `cryptography`; raises when anything is wrong."""
    digest = base64.b64encode(hashlib.sha256(arrival.body).digest()).decode()
    assert arrival.headers["content-digest"] == f"sha-256=:{digest}:"
    covered = arrival.headers["signature-input"].removeprefix("sig=")
    lines = [
        '"@method": POST',
        f'"@path": {arrival.path}',
        f'"content-digest": sha-256=:{digest}:',
        f'"@signature-params": {covered}',
    ]
    raw = base64.b64decode(arrival.headers["signature"].removeprefix("sig=:").removesuffix(":"))
    r, s = (int.from_bytes(part, "big") for part in (raw[:48], raw[48:]))
    key = serialization.load_pem_public_key(sandbox.webhook_public_key.encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    der = utils.encode_dss_signature(r, s)
    key.verify(der, "\n".join(lines).encode(), ec.ECDSA(hashes.SHA384()))


def test_every_change_arrives_signed_and_in_order(sandbox: Sandbox, receiver: Receiver) -> None:
    customer = sandbox.world.add_customer()
    arrivals = receiver.wait_for(4)
    for arrival in arrivals:
        _verify(sandbox, arrival)
    told = [arrival.event["status"] for arrival in arrivals]
    assert told == ["initiating", "screening", "verifying", "active"]
    assert arrivals[0].event["id"] == customer["id"]


def test_an_event_is_flat_and_has_nine_digits(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.world.add_customer("initiating")
    (arrival,) = receiver.wait_for(1)
    assert arrival.headers["content-type"] == "application/json"
    assert arrival.event["webhookType"] == "customer.updated"
    assert re.fullmatch(r".*\.[0-9]{9}Z", str(arrival.event["updatedAt"]))
    assert "challenge" not in arrival.event


def test_a_refused_delivery_is_signed_anew_and_tried_again(
    sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.answers += [500, 302]
    sandbox.world.add_customer("initiating")
    first, _, third = receiver.wait_for(3)
    assert first.body == third.body
    assert first.headers["signature"] != third.headers["signature"]
    assert sandbox.deliveries.wait_until_idle()
    (delivery,) = sandbox.deliveries.all()
    statuses = [attempt["status"] for attempt in delivery["attempts"]]  # type: ignore[attr-defined]
    assert (delivery["status"], statuses) == ("delivered", [500, 302, 204])


def test_a_receiver_that_is_away_gets_everything_later(sandbox: Sandbox) -> None:
    with receiving() as gone:
        away = gone.url
    url = Caller(sandbox).call("GET", "/webhooks").json()[0]
    Caller(sandbox).call("PUT", "/webhooks", {**url, "callbackUrl": away})
    sandbox.world.add_customer("initiating")
    while not sandbox.deliveries.all()[0]["attempts"]:
        time.sleep(0.01)
    with receiving() as back:
        Caller(sandbox).call("PUT", "/webhooks", {**url, "callbackUrl": back.url})
        back.wait_for(1)
        assert sandbox.deliveries.wait_until_idle()


def test_the_provider_gives_up_in_the_end(receiver: Receiver) -> None:
    receiver.answers += [503] * 50
    with Sandbox(quick_retries=(0.01,), discard_seconds=0.05) as sandbox:
        body = {"callbackUrl": receiver.url, "types": ["customer.updated"]}
        Caller(sandbox).call("PUT", "/webhooks", body)
        sandbox.world.add_customer("initiating")
        assert sandbox.deliveries.wait_until_idle()
        assert sandbox.deliveries.all()[0]["status"] == "discarded"


def test_the_wait_between_tries_grows_up_to_a_limit(receiver: Receiver) -> None:
    receiver.answers += [503] * 8
    with Sandbox(quick_retries=(0.01,), longest_retry_seconds=0.06) as sandbox:
        body = {"callbackUrl": receiver.url, "types": ["customer.updated"]}
        Caller(sandbox).call("PUT", "/webhooks", body)
        sandbox.world.add_customer("initiating")
        arrivals = receiver.wait_for(9)
    assert arrivals[8].at - arrivals[7].at >= 0.03


def test_held_deliveries_wait_for_their_release(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.deliveries.hold()
    sandbox.world.add_customer()
    assert not sandbox.deliveries.wait_until_idle(0.1)
    assert receiver.arrivals == []
    sandbox.deliveries.release()
    assert sandbox.deliveries.wait_until_idle()
    assert len(receiver.arrivals) == 4


def test_only_the_wanted_types_arrive(sandbox: Sandbox, receiver: Receiver) -> None:
    subscription = Caller(sandbox).call("GET", "/webhooks").json()[0]
    Caller(sandbox).call("PUT", "/webhooks", {**subscription, "types": ["account.updated"]})
    owner = str(sandbox.world.add_customer()["id"])
    sandbox.world.add_account(owner, "initiating")
    assert sandbox.deliveries.wait_until_idle()
    assert [arrival.event["webhookType"] for arrival in receiver.arrivals] == ["account.updated"]


def test_many_deliveries_a_second(sandbox: Sandbox, receiver: Receiver) -> None:
    for _ in range(25):
        sandbox.world.add_customer()
    arrivals = receiver.wait_for(100)
    assert arrivals[99].at - arrivals[0].at < 5


def test_a_hand_made_delivery_is_signed_for_its_url(sandbox: Sandbox) -> None:
    sandbox.world.add_customer("initiating")
    (event,) = sandbox.deliveries.take()
    assert sandbox.deliveries.pending() == []
    headers, body = sandbox.deliveries.request_for(event, "http://127.0.0.1:1/a/b/")
    lower = {name.lower(): value for name, value in headers.items()}
    _verify(sandbox, Arrival("/a/b/", lower, body, 0))
