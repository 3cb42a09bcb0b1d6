"""Credentials and bearer tokens: who gets in, and when a token dies."""

import base64
import time
import uuid

import pytest
import requests
import time_machine

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller, send


def _token(sandbox: Sandbox, **body: str) -> requests.Response:
    good = {"apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
    return requests.post(f"{sandbox.url}/auth/token", json=good | body, timeout=5)


def _auth(caller: Caller, method: str, path: str, body: object = None) -> requests.Response:
    headers = {"authorization": f"Bearer {caller.token}"}
    url = f"{caller.sandbox.url}/auth/{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=5)


def test_good_credentials_buy_a_token_for_an_hour(sandbox: Sandbox) -> None:
    answer = _token(sandbox)
    assert (answer.status_code, answer.json()["tokenType"]) == (200, "Bearer")
    assert answer.json()["token"].count(".") == 2


@pytest.mark.parametrize("wrong", [{"apiSecret": "guess"}, {"apiKey": str(uuid.uuid4())}])
def test_wrong_credentials_buy_nothing(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    assert _token(sandbox, **wrong).status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"apiKey": 1}', b'{"apiKey":"x","a":NaN}'])
def test_a_body_that_is_no_credentials_is_a_bad_request(sandbox: Sandbox, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert send("POST", f"{sandbox.url}/auth/token", body, headers).status_code == 400


def test_a_token_expires(sandbox: Sandbox, caller: Caller) -> None:
    with time_machine.travel(time.time() + 3601):
        answer = caller.call("GET", "/accounts")
    assert (answer.status_code, answer.text) == (401, "token expired")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
def test_a_foreign_token_is_refused(caller: Caller, token: str) -> None:
    caller.token = token
    url = f"{caller.sandbox.url}/accounts"
    headers = {"authorization": f"Bearer {token}".encode()}
    assert requests.get(url, headers=headers, timeout=5).status_code == 401


def test_a_forged_token_is_refused(caller: Caller) -> None:
    head, _, seal = caller.token.split(".")
    claims = base64.urlsafe_b64encode(b'{"exp": 99999999999}').decode().rstrip("=")
    caller.token = f"{head}.{claims}.{seal}"
    assert caller.call("GET", "/accounts").status_code == 401


def test_new_credentials_kill_every_token(sandbox: Sandbox, caller: Caller) -> None:
    new = {"apiKey": str(uuid.uuid4()), "apiSecret": "fresh"}
    assert _auth(caller, "PUT", "credentials", new).status_code == 204
    assert caller.call("GET", "/accounts").status_code == 401
    assert _token(sandbox, **new).status_code == 200
    assert (sandbox.api_key, sandbox.api_secret) == (new["apiKey"], "fresh")


def test_removed_credentials_end_all_access(sandbox: Sandbox, caller: Caller) -> None:
    credentials = {"apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
    assert _auth(caller, "DELETE", "credentials", credentials).status_code == 204
    assert _token(sandbox, **credentials).status_code == 401
    assert caller.call("GET", "/accounts").status_code == 401


def test_only_the_key_in_use_can_be_removed(caller: Caller) -> None:
    other = {"apiKey": str(uuid.uuid4())}
    assert _auth(caller, "DELETE", "credentials", other).status_code == 400


def test_revoked_tokens_are_refused(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.tokens.revoke()
    assert caller.call("GET", "/accounts").status_code == 401
