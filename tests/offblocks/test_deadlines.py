"""Bounded time: connecting, waiting and reading end when they should, whatever the far end does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.transport import Transport

from .conftest import MakeTransport
from .far_end import FarEnd, answer, drip, first, held
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"


@pytest.fixture
def hasty(make_transport: MakeTransport, far_end: FarEnd) -> Transport:
    """A transport that waits a second in all, with its token already there."""
    transport = make_transport(connect_timeout=0.5, total_timeout=1)
    far_end.will(answer(200))
    transport.read(PATH)
    return transport


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail when the block takes longer."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


def test_a_quick_answer_meets_the_deadline(hasty: Transport, far_end: FarEnd) -> None:
    far_end.will(answer(200, {"a": 1}))
    assert hasty.read(PATH).status == 200


@pytest.mark.parametrize("data", [HEAD + b"x" * 400, HEAD.replace(b"OK", b"O" * 400)])
def test_an_answer_in_drops_ends_at_the_deadline(
    hasty: Transport, far_end: FarEnd, data: bytes
) -> None:
    far_end.will(drip(data, every=0.02))
    with within(6), pytest.raises(errors.Unavailable):
        hasty.read(PATH, retries=0)


def test_a_body_in_drops_makes_a_change_unknown(hasty: Transport, far_end: FarEnd) -> None:
    far_end.will(drip(HEAD + b"x" * 400, every=0.02))
    with within(6), pytest.raises(errors.OutcomeUnknown):
        hasty.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)


def test_silence_makes_a_change_unknown(hasty: Transport, far_end: FarEnd) -> None:
    release = threading.Event()
    far_end.will(held(release, answer(204)))
    with within(6), pytest.raises(errors.OutcomeUnknown):
        hasty.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)
    release.set()


def test_the_next_request_has_its_full_time(hasty: Transport, far_end: FarEnd) -> None:
    for _ in range(3):
        far_end.will(first(lambda: time.sleep(0.4), answer(200)))
        assert hasty.read(PATH, retries=0).status == 200


def test_the_total_must_leave_time_to_answer(make_transport: MakeTransport) -> None:
    with pytest.raises(ValueError, match="total timeout"):
        make_transport(connect_timeout=5, total_timeout=5)
