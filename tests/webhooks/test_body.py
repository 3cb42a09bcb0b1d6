"""Reading a body: as far as it may go, to its end, and in its time."""

import io
import socket
import time

import pytest
from django.http import HttpRequest
from gunicorn.http.errors import InvalidChunkSize

from accounts_app.webhooks import body, deadline
from accounts_app.webhooks.refusals import BrokenOff, TooLarge, TooSlow

LIMIT = 256 * 1024


class Broken(io.BytesIO):
    """A stream that fails when it is read."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def read(self, _size: int | None = -1, /) -> bytes:
        """Fail."""
        raise self.error


@pytest.fixture
def request_of(rf):
    """A function that makes a request with this stream; of no length unless one is given."""

    def request(stream: io.BytesIO, length: int | None = None) -> HttpRequest:
        made = rf.generic("POST", "/", b"")
        made.META |= {"wsgi.input": stream, "wsgi.input_terminated": True}
        made.META |= {"CONTENT_LENGTH": "" if length is None else str(length)}
        return type(made)(made.META)

    return request


def test_a_body_without_a_length_is_read_to_its_end(request_of):
    assert body.read(request_of(io.BytesIO(b"{}"))) == b"{}"


def test_w13_a_body_without_a_length_is_read_to_the_limit_and_no_further(request_of):
    stream = io.BytesIO(b" " * 10 * LIMIT)
    with pytest.raises(TooLarge):
        body.read(request_of(stream))
    assert stream.tell() == LIMIT + 1


@pytest.mark.parametrize("length", [LIMIT + 1, 10**18, 10**30])
def test_w13_a_length_over_the_limit_is_refused_unread(request_of, length):
    stream = io.BytesIO(b"{}")
    with pytest.raises(TooLarge):
        body.read(request_of(stream, length))
    assert stream.tell() == 0


def test_w14_a_body_shorter_than_announced_broke_off(request_of):
    with pytest.raises(BrokenOff):
        body.read(request_of(io.BytesIO(b"{}"), 3))


@pytest.mark.parametrize("error", [ConnectionResetError(), InvalidChunkSize(b"zz")])
def test_w14_a_stream_that_fails_broke_off(request_of, error):
    with pytest.raises(BrokenOff):
        body.read(request_of(Broken(error)))


def test_a_body_whose_time_is_up_was_too_slow(request_of, monkeypatch):
    monkeypatch.setattr(deadline, "SECONDS", 0)
    with pytest.raises(TooSlow):
        body.read(request_of(io.BytesIO(b"{}"), 3))


def test_the_stream_ends_when_its_time_is_up(request_of, monkeypatch):
    monkeypatch.setattr(deadline, "SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    request = request_of(io.BytesIO())
    request.META["gunicorn.socket"] = ours
    with ours, theirs, deadline.watched(request) as end:
        ours.settimeout(10)
        assert ours.recv(1) == b""
        ours.sendall(b"408")
        assert theirs.recv(3) == b"408"
    assert time.monotonic() >= end


def test_a_body_that_came_in_time_leaves_its_connection_alone(request_of, monkeypatch):
    monkeypatch.setattr(deadline, "SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    request = request_of(io.BytesIO())
    request.META["gunicorn.socket"] = ours
    with ours, theirs:
        with deadline.watched(request):
            pass
        time.sleep(1)
        theirs.sendall(b"next")
        assert ours.recv(4) == b"next"
