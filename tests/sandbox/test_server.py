"""Starting and stopping: quick, complete, and clear about a taken port."""

import socket
import threading
import time

import pytest
import requests

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller


def test_start_and_stop_are_quick_and_leave_no_thread() -> None:
    before, began = set(threading.enumerate()), time.monotonic()
    with Sandbox() as sandbox:
        assert sandbox.url == f"{sandbox.root_url}/v1"
        assert requests.get(f"{sandbox.root_url}/_sandbox/healthz", timeout=5).status_code == 200
    assert time.monotonic() - began < 5
    assert set(threading.enumerate()) == before


def test_a_taken_port_is_an_error_that_leaves_nothing_open(sandbox: Sandbox) -> None:
    port = int(sandbox.root_url.rpartition(":")[2])
    with pytest.raises(OSError, match="Address already in use"):
        Sandbox(port=port).start()


def test_stopping_ends_a_delayed_answer(sandbox: Sandbox) -> None:
    with Sandbox(deliveries="manual") as other:
        caller = Caller(other)
        other.faults.add(operation="listAccounts", action="delay", seconds=60)
        waiting = threading.Thread(target=lambda: caller.call("GET", "/accounts"))
        waiting.start()
        while not other.faults.all()[0]["met"]:
            time.sleep(0.01)
    waiting.join(timeout=20)
    assert not waiting.is_alive()


def test_stopping_does_not_wait_for_a_silent_connection() -> None:
    with Sandbox(deliveries="manual") as other:
        address = other.root_url.removeprefix("http://").split(":")
        silent = socket.create_connection((address[0], int(address[1])))
        time.sleep(0.05)
        began = time.monotonic()
    silent.close()
    assert time.monotonic() - began < 5


def test_an_absolute_target_is_understood(caller: Caller) -> None:
    url = f"{caller.sandbox.url}/accounts"
    lines = [f"GET {url} HTTP/1.1", f"host: {url.split('/')[2]}"]
    lines += [f"{name}: {value}" for name, value in caller.headers("GET", url, b"").items()]
    host, port = caller.sandbox.root_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        assert raw.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def test_an_address_is_known_only_while_it_listens() -> None:
    sandbox = Sandbox()
    with pytest.raises(RuntimeError):
        _ = sandbox.root_url
    sandbox.stop()


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/accounts/", 404),
        ("POST", "/v1/accounts", 405),
        ("OPTIONS", "/v1/accounts", 405),
        ("GET", "/", 404),
        ("DELETE", "/wallet", 405),
        ("GET", "/wallet/none.css", 404),
    ],
)
def test_what_is_not_served_is_refused_plainly(
    sandbox: Sandbox, method: str, path: str, code: int
) -> None:
    answer = requests.request(method, sandbox.root_url + path, timeout=5)
    assert (answer.status_code, answer.headers["content-type"][:10]) == (code, "text/plain")
    assert ("allow" in answer.headers) is (code == 405)


def test_a_large_body_is_not_read(caller: Caller) -> None:
    body = {"chainId": "x" * 300_000}
    assert caller.call("POST", "/customers", body).status_code == 413


def test_a_body_must_say_that_it_is_json(caller: Caller) -> None:
    url = f"{caller.sandbox.url}/customers"
    headers = caller.headers("POST", url, b"{}") | {"content-type": "text/plain"}
    assert requests.post(url, data=b"{}", headers=headers, timeout=5).status_code == 415


def test_a_bug_shows_as_a_500(sandbox: Sandbox, caller: Caller, account: str) -> None:
    sandbox._store.rows("UPDATE entities SET hidden = 'spoilt' WHERE id = ?", account)
    answer = caller.call("GET", f"/accounts/{account}")
    assert (answer.status_code, answer.text) == (500, "internal error")
