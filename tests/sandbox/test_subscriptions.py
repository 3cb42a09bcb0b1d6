"""Webhook subscriptions: kept, changed, removed, and only ever on this machine."""

import base64

import pytest

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller

BODY = {"callbackUrl": "http://127.0.0.1:9/hook", "types": ["account.updated", "card.updated"]}


def test_a_subscription_is_made_read_changed_and_removed(caller: Caller) -> None:
    made = caller.call("PUT", "/webhooks", BODY).json()
    assert {name: made[name] for name in BODY} == BODY
    changed = caller.call("PUT", "/webhooks", {**made, "types": ["customer.updated"]}).json()
    assert (changed["id"], changed["types"]) == (made["id"], ["customer.updated"])
    assert caller.call("GET", f"/webhooks/{made['id']}").json()["types"] == ["customer.updated"]
    assert caller.call("DELETE", f"/webhooks/{made['id']}").status_code == 204
    assert caller.call("GET", "/webhooks").json() == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "http://127.0.0.1@example.com/",
        "http://user@127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "/hook",
        "http://127.0.0.1/a b",
        "",
    ],
)
def test_only_this_machine_can_be_called_back(caller: Caller, url: str) -> None:
    assert caller.call("PUT", "/webhooks", {**BODY, "callbackUrl": url}).status_code == 400


@pytest.mark.parametrize("url", ["http://localhost:1/", "https://[::1]:1/x", "http://127.1.2.3/"])
def test_every_loopback_address_will_do(caller: Caller, url: str) -> None:
    assert caller.call("PUT", "/webhooks", {**BODY, "callbackUrl": url}).status_code == 200


@pytest.mark.parametrize("types", [[], ["account.deleted"], "account.updated", None, [1]])
def test_the_types_must_be_known(caller: Caller, types: object) -> None:
    assert caller.call("PUT", "/webhooks", {**BODY, "types": types}).status_code == 400


def test_an_unknown_subscription_is_not_found(caller: Caller, account: str) -> None:
    assert caller.call("GET", f"/webhooks/{account}").status_code == 404
    assert caller.call("PUT", "/webhooks", {**BODY, "id": account}).status_code == 404


def test_removing_a_subscription_drops_what_waits_for_it() -> None:
    with Sandbox() as sandbox:
        caller = Caller(sandbox)
        sandbox.deliveries.hold()
        made = caller.call("PUT", "/webhooks", {**BODY, "types": ["customer.updated"]}).json()
        sandbox.world.add_customer("initiating")
        caller.call("DELETE", f"/webhooks/{made['id']}")
        assert [delivery["status"] for delivery in sandbox.deliveries.all()] == ["discarded"]


def test_the_verification_key_is_the_one_that_signs(sandbox: Sandbox, caller: Caller) -> None:
    told = caller.call("GET", "/webhooks/verification-key").json()
    assert told["keyId"] == sandbox.webhook_key_id
    assert base64.b64decode(told["publicKey"]).decode() == sandbox.webhook_public_key
