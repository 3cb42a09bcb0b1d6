"""The bearer token: fetched once, shared, renewed in time and when it is dead."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.transport import Transport

from .conftest import API_SECRET, MakeTransport
from .far_end import Act, FarEnd, answer, drop, first, held
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, minutes: float) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)


def test_one_token_serves_many_requests(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200), answer(200))
    transport.read(PATH)
    transport.read(PATH)
    (request,) = far_end.token_requests
    assert json.loads(request.body) == {"apiKey": "api-key", "apiSecret": API_SECRET}
    assert not {"signature", "idempotency-key", "authorization"} & request.headers.keys()


def test_a_dead_token_is_replaced_and_the_request_repeated_once(
    far_end: FarEnd, transport: Transport, pauses: list[float]
) -> None:
    far_end.will(answer(401), answer(204))
    transport.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)
    first, second = far_end.seen
    assert (first.headers["authorization"], second.headers["authorization"]) == (
        "Bearer token-1",
        "Bearer token-2",
    )
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.headers["signature"] != second.headers["signature"]
    assert pauses == []


def test_a_second_401_is_not_authorised(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(401), answer(401), answer(200))
    with pytest.raises(errors.NotAuthorised):
        transport.read(PATH)
    assert len(far_end.seen) == 2


def test_a_403_does_not_cost_a_token(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(403))
    with pytest.raises(errors.NotAuthorised):
        transport.read(PATH)
    assert len(far_end.token_requests) == 1


def test_a_change_whose_repetition_never_left_was_still_sent(
    far_end: FarEnd, transport: Transport
) -> None:
    far_end.will(answer(401))
    far_end.token_script += [answer(200, {"token": "a"}), drop]
    with pytest.raises(errors.Unavailable) as caught:
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)
    assert caught.value.sent


def test_threads_that_saw_the_same_dead_token_fetch_one(
    far_end: FarEnd, transport: Transport
) -> None:
    barrier, count = threading.Barrier(6), 6
    together = first(lambda: barrier.wait(10), answer(401))
    far_end.will(*[together] * count, *[answer(200)] * count)
    with ThreadPoolExecutor(count) as pool:
        replies = list(pool.map(lambda _: transport.read(PATH, retries=0), range(count)))
    assert [reply.status for reply in replies] == [200] * count
    assert len(far_end.token_requests) == 2


def test_threads_that_start_together_fetch_one(far_end: FarEnd, transport: Transport) -> None:
    release = threading.Event()
    far_end.token_script.append(held(release, answer(200, {"token": "t"})))
    far_end.will(*[answer(200)] * 4)
    with ThreadPoolExecutor(4) as pool:
        replies = [pool.submit(transport.read, PATH) for _ in range(4)]
        release.set()
    assert [reply.result().status for reply in replies] == [200] * 4
    assert len(far_end.token_requests) == 1


@pytest.mark.parametrize(
    ("life", "minutes", "fetched"),
    [
        (timedelta(minutes=10), 7.9, 1),
        (timedelta(minutes=10), 8, 2),
        (None, 47.9, 1),
        (None, 48, 2),
        (timedelta(days=30), 48, 2),
        (timedelta(hours=-3), 47.9, 1),
    ],
)
def test_a_token_is_renewed_at_four_fifths_of_its_life(
    far_end: FarEnd,
    make_transport: MakeTransport,
    life: timedelta | None,
    minutes: float,
    fetched: int,
) -> None:
    expiry = {"expiresAt": (NOW + life).timestamp()} if life else {}
    far_end.token_script.append(answer(200, {"token": "t", **expiry}))
    far_end.will(answer(200), answer(200))
    clock = Clock()
    transport = make_transport(clock=clock)
    transport.read(PATH)
    clock.forward(minutes)
    transport.read(PATH)
    assert len(far_end.token_requests) == fetched


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_are_not_authorised(
    far_end: FarEnd, transport: Transport, status: int
) -> None:
    far_end.token_script.append(answer(status))
    with pytest.raises(errors.NotAuthorised):
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY)
    assert not far_end.seen


@pytest.mark.parametrize(
    "act",
    [
        answer(500),
        answer(302, Location="/x"),
        answer(200, b"not json"),
        answer(200, {"token": ""}),
        answer(200, {"token": "a\nb"}),
        answer(200, {"other": 1}),
    ],
)
def test_no_token_means_the_change_was_not_sent(
    far_end: FarEnd, transport: Transport, act: Act
) -> None:
    far_end.token_script.append(act)
    with pytest.raises(errors.Unavailable) as caught:
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)
    assert not caught.value.sent
    assert not far_end.seen


def test_waiting_for_a_token_honours_the_provider(far_end: FarEnd, transport: Transport) -> None:
    far_end.token_script.append(answer(429, Retry_After="50"))
    with pytest.raises(errors.Unavailable) as caught:
        transport.read(PATH)
    assert caught.value.retry_after == timedelta(seconds=50)
