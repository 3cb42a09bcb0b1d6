"""The control interface under /_sandbox."""

import base64

import pytest
import requests
from werkzeug.test import Client

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller


def _call(sandbox: Sandbox, method: str, path: str, body: object = None) -> requests.Response:
    url = f"{sandbox.root_url}/_sandbox/{path}"
    return requests.request(method, url, json=body, timeout=5)


def test_the_ledger_and_the_world_can_be_read(sandbox: Sandbox, caller: Caller, card: str) -> None:
    assert _call(sandbox, "GET", "ledger").json() == sandbox.ledger()
    world = _call(sandbox, "GET", "world").json()
    assert world["card"] == caller.call("GET", "/cards").json()
    assert world["customer"] == caller.call("GET", "/customers").json()


def test_the_provider_can_be_made_to_act(sandbox: Sandbox, account: str) -> None:
    body = {"entity": "account", "id": account, "status": "closed"}
    assert _call(sandbox, "POST", "state", body).json()["status"] == "closed"
    assert sandbox.ledger()[-1]["cause"] == "provider"


def test_faults_are_added_listed_and_forgotten(sandbox: Sandbox, caller: Caller) -> None:
    script = {"match": {"operation": "listAccounts"}, "action": "status", "code": 503}
    assert _call(sandbox, "POST", "faults", script).json()["times"] == 1
    assert caller.call("GET", "/accounts").status_code == 503
    assert [fault["met"] for fault in _call(sandbox, "GET", "faults").json()] == [1]
    _call(sandbox, "DELETE", "faults")
    assert _call(sandbox, "GET", "faults").json() == []


def test_the_clock_is_pinned_moved_and_released(sandbox: Sandbox) -> None:
    noon = {"now": "2026-03-01T12:00:00Z"}
    assert _call(sandbox, "POST", "clock", noon).json()["now"] == "2026-03-01T12:00:00.000000Z"
    moved = _call(sandbox, "POST", "clock", {"advance": 60.5}).json()["now"]
    assert moved == "2026-03-01T12:01:00.500000Z"
    _call(sandbox, "POST", "clock", {"release": True})
    assert _call(sandbox, "GET", "clock").json()["now"] != moved


def test_real_time_can_be_moved_too(sandbox: Sandbox) -> None:
    before = sandbox.world.clock.now()
    _call(sandbox, "POST", "clock", {"advance": 3600})
    assert sandbox.world.clock.now() - before >= 3600 * 10**9


def test_wallets_are_made_and_sign(sandbox: Sandbox) -> None:
    chain_id = _call(sandbox, "POST", "wallets", {"chain": "eip155:137"}).json()["chainId"]
    assert _call(sandbox, "GET", "wallets").json() == [{"chainId": chain_id}]
    body = {"chainId": chain_id, "challenge": base64.b64encode(b"text").decode()}
    signed = _call(sandbox, "POST", "wallets/sign", body).json()
    assert signed["signature"] == "0x" + base64.b64decode(signed["signatureBase64"]).hex()
    assert signed["signature"] == sandbox.world.sign("text", chain_id)


def test_deliveries_are_held_listed_and_released(sandbox: Sandbox) -> None:
    _call(sandbox, "POST", "deliveries/hold")
    assert sandbox.deliveries.held
    _call(sandbox, "POST", "deliveries/release")
    assert not sandbox.deliveries.held
    assert _call(sandbox, "GET", "deliveries").json() == []


def test_timers_can_be_settled(sandbox: Sandbox) -> None:
    assert _call(sandbox, "POST", "settle").status_code == 200


def test_the_webhook_key_is_told(sandbox: Sandbox) -> None:
    told = _call(sandbox, "GET", "webhook-key").json()
    assert told == {"keyId": sandbox.webhook_key_id, "publicKey": sandbox.webhook_public_key}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("state", {"entity": "cat", "id": "x", "status": "y"}, 400),
        ("state", {"entity": "card", "id": "x", "status": "y"}, 404),
        ("clock", {"now": "noon"}, 400),
        ("clock", {"now": "2026-03-01T12:00:00"}, 400),
        ("clock", {"advance": -1}, 400),
        ("clock", {"advance": True}, 400),
        ("faults", {"match": []}, 400),
        ("faults", {"action": "none"}, 400),
        ("wallets", {"chain": "tron:1"}, 400),
        ("wallets/sign", {"chainId": "eip155:1:0x1", "challenge": "x"}, 404),
        ("nothing", {}, 404),
        ("ledger", {}, 405),
    ],
)
def test_a_senseless_request_is_refused(
    sandbox: Sandbox, path: str, body: object, code: int
) -> None:
    assert _call(sandbox, "POST", path, body).status_code == code


def test_a_foreign_page_cannot_post_a_form_here(sandbox: Sandbox) -> None:
    url = f"{sandbox.root_url}/_sandbox/wallets"
    assert requests.post(url, data={"chain": "eip155:1"}, timeout=5).status_code == 415


def test_other_machines_are_refused(sandbox: Sandbox) -> None:
    client = Client(sandbox._app)
    answer = client.get("/_sandbox/ledger", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403
