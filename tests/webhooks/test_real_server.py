"""Deliveries over a real socket, where a body may come without its length, and without its end."""

import select
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import requests

from accounts_app.models import RefusedDelivery, WebhookEvent
from tests import processes
from tests.deliveries import event
from tests.webhooks.served import PROOF, SECRET, SPOILT, answer_to, head, post

CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
CHUNKED = head("Transfer-Encoding: chunked")
NUMBERED = "0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f{:04x}"

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("real server"),
]


class Servers:
    """Servers for all tests of the module, each started when it is first asked for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._running: dict[tuple[str, str], tuple[processes.Process, int]] = {}

    def get(self, app: str, worker: str, **changes: str) -> tuple[processes.Process, int]:
        """Return a server's process and port."""
        if (app, worker) not in self._running:
            served = processes.web(app, worker, **PROOF, **changes)
            self._running[app, worker] = self._stack.enter_context(served)
        return self._running[app, worker]

    def stop(self) -> None:
        """Stop all."""
        self._stack.close()


@pytest.fixture(scope="module")
def servers(django_db_setup) -> Iterator[Servers]:
    """No server yet."""
    started = Servers()
    yield started
    started.stop()


@pytest.fixture(params=["gthread", "sync"])
def web(request, servers, transactional_db) -> tuple[processes.Process, int]:
    """A server of either kind that believes the secret path."""
    return servers.get("backoffice.wsgi", request.param)


@pytest.fixture(params=["gthread", "sync"])
def impatient(request, servers, transactional_db) -> int:
    """The port of a server that waits two seconds for a body, where ours waits ten."""
    return servers.get(SPOILT, request.param, PATIENCE="2")[1]


def reasons() -> dict[str, int]:
    """Return how many deliveries were refused, by reason."""
    return dict(RefusedDelivery.objects.values_list("reason", "number"))


def test_w01_a_chunked_delivery_is_stored_whole(web):
    pieces = iter([event()[:40], event()[40:]])
    response = post(web[1], pieces)
    assert (response.status_code, bytes(WebhookEvent.objects.get().body)) == (200, event())


def test_w05_duplicates_at_the_same_moment_are_one_row_with_a_counter(web):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: post(web[1], event()).status_code, range(24)))
    assert (set(answers), WebhookEvent.objects.get().deliveries) == ({200}, 24)


def test_w13_an_endless_body_without_length_is_cut_off_at_the_limit(web):
    assert " 413 " in answer_to(web[1], CHUNKED, *[CHUNK] * 5)
    assert not WebhookEvent.objects.exists()


def test_w13_an_announced_length_over_the_limit_is_refused_unread(web):
    assert " 413 " in answer_to(web[1], head("Content-Length: 900000"))
    assert reasons() == {"too_large": 1}


def test_w13_what_follows_a_body_that_is_too_large_is_never_taken_for_a_delivery(web):
    smuggled = head(f"Content-Length: {len(event())}") + event()
    answer_to(web[1], head("Content-Length: 900000"), smuggled)
    time.sleep(0.2)
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    "pieces",
    [
        (CHUNKED, b"zz\r\n"),
        (CHUNKED, b'5\r\n{"a":1}\r\n'),
        (CHUNKED, b"2\r\n{}XX"),
        (CHUNKED, b"0\r\nno trailer\r\n\r\n"),
    ],
    ids=["no number", "a chunk too long", "no end of a chunk", "an odd trailer"],
)
def test_w14_chunks_that_are_none_are_refused(web, pieces):
    assert " 400 " in answer_to(web[1], *pieces, hang_up=True)
    assert reasons() == {"broken_off": 1}


@pytest.mark.parametrize(
    "pieces",
    [
        (head("Content-Length: 500"), event() + b" " * 40),
        (CHUNKED, b"%x\r\n" % len(event()) + event() + b"\r\n"),
    ],
    ids=["with a length", "in chunks"],
)
def test_w14_a_delivery_whose_sender_hangs_up_is_not_stored(web, pieces):
    """All of the event has come, and only what follows it is missing."""
    assert " 400 " in answer_to(web[1], *pieces, hang_up=True)
    assert (reasons(), WebhookEvent.objects.count()) == ({"broken_off": 1}, 0)


@pytest.mark.parametrize("start", [head("Content-Length: 200"), CHUNKED + b"c8\r\n"])
def test_w13_a_body_that_trickles_is_cut_off_in_time(impatient, start):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", impatient), timeout=30) as connection:
        connection.sendall(start)
        while not select.select([connection], [], [], 0.4)[0]:
            connection.sendall(b" ")
        assert " 408 " in connection.recv(64).decode()
    assert time.monotonic() - began < 20
    assert reasons() == {"too_slow": 1}


def test_a_body_in_two_pieces_is_waited_for(impatient):
    body = event()
    with socket.create_connection(("127.0.0.1", impatient), timeout=30) as connection:
        connection.sendall(head(f"Content-Length: {len(body)}") + body[:20])
        time.sleep(0.3)
        connection.sendall(body[20:])
        assert " 200 " in connection.recv(64).decode()


def test_the_time_of_a_body_begins_with_its_request(servers, transactional_db):
    """A connection may be kept for longer than that."""
    port = servers.get(SPOILT, "gthread", PATIENCE="1")[1]
    with requests.Session() as session:
        for _ in range(4):
            assert post(port, event(), session).status_code == 200
            time.sleep(0.5)


def test_w28_every_delivery_of_a_flood_is_stored(web):
    bodies = [event(eventId=NUMBERED.format(number)) for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda body: post(web[1], body).status_code, bodies))
    stored = {bytes(body) for body in WebhookEvent.objects.values_list("body", flat=True)}
    assert (set(answers), stored) == ({200}, set(bodies))


def test_a_secret_in_the_path_never_reaches_the_log(web):
    process, port = web
    post(port, event())
    post(port, b"no event")
    process.wait_for(r'"code": 400, "request": "POST /webhooks/offblocks/\*\*\*/"')
    assert SECRET not in process.said
