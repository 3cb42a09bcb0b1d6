"""Deliveries over a real socket, where a body may come without its length, and without its end."""

import socket
from collections.abc import Iterator

import pytest
import requests

from accounts_app.models import WebhookEvent
from tests import processes
from tests.deliveries import event

SECRET = "a-secret-path-for-the-tests-of-a-real-server"
PATH = f"/webhooks/offblocks/{SECRET}/"
PROOF = {"OFFBLOCKS_WEBHOOK_AUTH": "secret", "OFFBLOCKS_WEBHOOK_SECRET": SECRET}
JSON = {"Content-Type": "application/json"}
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def web(transactional_db) -> Iterator[tuple[processes.Process, int]]:
    """A server that believes the secret path."""
    with processes.web(**PROOF) as served:
        yield served


def post(port: int, body: bytes | Iterator[bytes]) -> requests.Response:
    """Deliver a body; an iterator goes in chunks, without a length."""
    url = f"http://127.0.0.1:{port}{PATH}"
    return requests.post(url, data=body, headers=JSON, timeout=10)


def answer_to(port: int, *pieces: bytes) -> str:
    """Send pieces, never close our side, and return the first line of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return connection.recv(64).decode().split("\r\n")[0]


def test_a_chunked_delivery_is_stored_whole(web):
    pieces = iter([event()[:40], event()[40:]])
    response = post(web[1], pieces)
    assert (response.status_code, bytes(WebhookEvent.objects.get().body)) == (200, event())


def test_w13_an_endless_body_without_length_is_cut_off_at_the_limit(web):
    chunks = [CHUNK] * 5
    head = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
    assert " 413 " in answer_to(web[1], head, *chunks)
    assert not WebhookEvent.objects.exists()


def test_w13_an_announced_length_over_the_limit_is_refused_unread(web):
    assert " 413 " in answer_to(web[1], f"{HEAD}Content-Length: 900000\r\n\r\n".encode())


def test_a_secret_in_the_path_never_reaches_the_log(web):
    process, port = web
    post(port, event())
    post(port, b"no event")
    process.wait_for(r'"code": 400, "request": "POST /webhooks/offblocks/\*\*\*/"')
    assert SECRET not in process.said


def test_w24_without_a_database_nothing_is_acknowledged(transactional_db):
    nowhere = {"DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none"}
    with processes.web(**nowhere, **PROOF) as (_, port):
        response = post(port, event())
    assert (response.status_code, list(response.json())) == (503, ["detail"])
