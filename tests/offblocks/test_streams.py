"""The lists of the whole programme, read while they arrive over a real socket."""

import itertools
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts_app.offblocks import deadlines, errors
from accounts_app.offblocks.client import Client
from accounts_app.offblocks.strict_json import canonical_json
from accounts_app.offblocks.wire import Reply

from . import samples
from .conftest import MakeTransport
from .far_end import Act, FarEnd, answer, drip, drop, raw

LISTS = [
    ("each_customer", "/customers", samples.customer),
    ("each_account", "/accounts", samples.account),
    ("each_card", "/cards", samples.card),
]
# More than is read at once, so that something is still to come after the first entry.
MANY = canonical_json([samples.card(name="x" * 500)] * 300)


def cut_off(body: bytes, sent: int) -> Act:
    """Promise a body, and close the connection after so many bytes of it."""
    return raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:sent])


def in_chunks(*chunks: bytes, status: int = 200, end: bytes = b"0\r\n\r\n") -> Act:
    """Answer in chunks, as a provider does that does not know the length yet."""
    framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    head = b"HTTP/1.1 %d Scripted\r\nTransfer-Encoding: chunked\r\n\r\n" % status
    return raw(head + framed + end)


@pytest.mark.parametrize("case", LISTS)
def test_a_list_is_read(far_end: FarEnd, client: Client, case: tuple[Any, ...]) -> None:
    method, path, sample = case
    far_end.will(answer(200, [sample(), sample()]))
    listed = list(getattr(client, method)().value)
    assert [item.representation for item in listed] == [sample(), sample()]
    assert (far_end.seen[0].method, far_end.seen[0].path) == ("GET", f"/v1{path}")


def test_a_list_in_chunks_is_read(far_end: FarEnd, client: Client) -> None:
    far_end.will(in_chunks(*(MANY[at : at + 777] for at in range(0, len(MANY), 777))))
    assert len(list(client.each_card().value)) == 300


def test_a_list_tells_at_once_when_it_was_asked_for(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, MANY, X_Request_Id="r"))
    before = datetime.now(UTC)
    read = client.each_card()
    assert before <= read.asked_at <= datetime.now(UTC)
    assert (read.status, read.request_id) == (200, "r")


def test_the_connection_is_used_again_after_a_list(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, MANY), answer(200, b"[]"))
    assert (len(list(client.each_card().value)), list(client.each_card().value)) == (300, [])
    assert far_end.connections == 1


def test_something_else_can_be_read_in_the_middle(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, MANY), answer(200, samples.account()))
    cards = client.each_card().value
    next(cards)
    assert client.get_account(samples.ACCOUNT_ID).value.id == samples.ACCOUNT_ID
    assert len(list(cards)) == 299


def test_nothing_stays_open_when_nobody_reads_on(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, MANY), answer(200, b"[]"))
    client.each_card()
    assert list(client.each_card().value) == []
    assert far_end.connections == 2


@pytest.mark.parametrize("sent", [len(MANY) - 1, 100_000])
def test_a_list_whose_connection_breaks_is_an_error(
    far_end: FarEnd, client: Client, sent: int
) -> None:
    far_end.will(cut_off(MANY, sent))
    cards = client.each_card().value
    with pytest.raises(errors.Unavailable) as caught:
        list(cards)
    assert caught.value.sent
    assert len(far_end.seen) == 1


def test_chunks_that_do_not_end_are_an_error(far_end: FarEnd, client: Client) -> None:
    far_end.will(in_chunks(MANY, end=b""))
    cards = client.each_card().value
    with pytest.raises(errors.Unavailable):
        list(cards)


def test_a_list_that_is_short_of_its_end_is_unreadable(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, MANY[:-1], X_Request_Id="r-9"))
    cards = client.each_card().value
    with pytest.raises(errors.Unreadable, match="breaks off") as caught:
        list(cards)
    assert (caught.value.status, caught.value.request_id) == (200, "r-9")


@pytest.mark.parametrize("act", [drop, cut_off(MANY, 10), answer(503)])
def test_what_brings_nothing_at_first_is_asked_again(
    far_end: FarEnd, client: Client, act: Act
) -> None:
    far_end.will(act, answer(200, MANY))
    assert len(list(client.each_card().value)) == 300


def test_a_dead_token_does_not_cost_the_list(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(401), answer(200, MANY))
    assert len(list(client.each_card().value)) == 300


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (answer(404), errors.NotFound),
        (answer(403), errors.NotAuthorised),
        (answer(302, Location="/v1/accounts"), errors.Unreadable),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n[]"), errors.Unavailable),
    ],
)
def test_a_list_is_refused_as_everything_else(
    far_end: FarEnd, make_transport: MakeTransport, act: Act, kind: type[Exception]
) -> None:
    far_end.will(act)
    with pytest.raises(kind):
        Client(make_transport(retries=0)).each_card()


def test_an_error_in_chunks_is_read_whole(far_end: FarEnd, client: Client) -> None:
    far_end.will(in_chunks(b'{"code":', b'"gone"}', status=410))
    with pytest.raises(errors.NotFound) as caught:
        client.each_card()
    assert caught.value.code == "gone"


def test_a_list_has_more_time_than_an_entity(
    far_end: FarEnd, make_transport: MakeTransport
) -> None:
    client = Client(make_transport(connect_timeout=0.5, total_timeout=1))
    far_end.will(answer(200, b"[]"), drip(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 0.04))
    list(client.each_card().value)
    assert list(client.each_card().value) == []


def test_the_time_for_a_list_ends(far_end: FarEnd, make_transport: MakeTransport) -> None:
    client = Client(make_transport(connect_timeout=0.5, list_timeout=1, retries=0))
    far_end.will(answer(200, b"[]"), drip(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n", 0.05))
    list(client.each_card().value)
    with pytest.raises(errors.Unavailable):
        client.each_card()


def test_a_long_silence_ends_a_list(
    far_end: FarEnd, make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "LONGEST_SILENCE", 0.2)
    client = Client(make_transport(retries=0))
    far_end.will(answer(200, b"[]"), drip(b"HTTP/1.1 200 OK\r\n", 1))
    list(client.each_card().value)
    with pytest.raises(errors.Unavailable):
        client.each_card()


def test_a_list_without_end_is_unreadable(
    far_end: FarEnd, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts_app.offblocks.transport.STREAM_LIMIT", 100_000)
    far_end.will(answer(200, MANY))
    cards = client.each_card().value
    with pytest.raises(errors.Unreadable, match="too large"):
        list(cards)


def test_the_watcher_sees_a_list_begin_and_break_off(
    far_end: FarEnd, make_transport: MakeTransport
) -> None:
    shown: list[Reply | None] = []
    far_end.will(cut_off(MANY, len(MANY) - 1))
    cards = Client(make_transport(watcher=shown.append)).each_card().value
    assert [reply and reply.status for reply in shown[1:]] == [200]
    with pytest.raises(errors.Unavailable):
        list(cards)
    assert shown[2:] == [None]


def test_a_long_list_does_not_fill_the_memory(far_end: FarEnd, client: Client) -> None:
    pieces = itertools.repeat(canonical_json(samples.account(note="x" * 1000)), 10_000)
    body = b"[" + b",".join(pieces) + b"]"
    far_end.will(answer(200, b"[]"), answer(200, body))
    list(client.each_account().value)  # what the first request makes, stays
    tracemalloc.start()
    try:
        assert sum(1 for _ in client.each_account().value) == 10_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(body) / 10
