"""Repeating inside one call: how often, after how long, and what never changes."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.transport import Transport

from .conftest import MakeTransport
from .far_end import Act, FarEnd, answer, drop
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"


def test_a_read_is_repeated_until_it_works(
    far_end: FarEnd, transport: Transport, pauses: list[float]
) -> None:
    far_end.will(drop, answer(503), answer(200, {"a": 1}))
    assert transport.read(PATH).body == b'{"a": 1}'
    assert pauses == [0.5, 1.0]


def test_a_read_is_given_up_after_two_repetitions(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(500), answer(500), answer(500), answer(200))
    with pytest.raises(errors.Unavailable):
        transport.read(PATH)
    assert len(far_end.seen) == 3


def test_a_change_is_repeated_with_the_same_key_and_bytes(
    far_end: FarEnd, transport: Transport
) -> None:
    far_end.will(drop, answer(409), answer(204))
    transport.change("POST", f"{PATH}/challenge/sign", b'{"a":1}', KEY)
    assert {(seen.headers["idempotency-key"], seen.body) for seen in far_end.seen} == {
        (str(KEY), b'{"a":1}')
    }


def test_every_try_is_signed_anew(far_end: FarEnd, make_transport: MakeTransport) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ticks = (start + timedelta(seconds=n) for n in itertools.count())
    far_end.will(drop, answer(204))
    make_transport(clock=lambda: next(ticks)).change("PATCH", f"{PATH}/deactivate", b"", KEY)
    assert len({seen.headers["signature-input"] for seen in far_end.seen}) == 2
    assert len({seen.headers["signature"] for seen in far_end.seen}) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_is_not_repeated(far_end: FarEnd, transport: Transport, status: int) -> None:
    far_end.will(answer(status))
    with pytest.raises(errors.ProviderError):
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY)
    assert len(far_end.seen) == 1


@pytest.mark.parametrize("later", [answer(404), answer(400), answer(429), answer(403)])
def test_a_refusal_after_a_lost_answer_stays_unknown(
    far_end: FarEnd, transport: Transport, later: Act
) -> None:
    far_end.will(drop, later, later)
    with pytest.raises(errors.OutcomeUnknown):
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY)


def test_no_repetition_when_none_is_wanted(
    far_end: FarEnd, transport: Transport, pauses: list[float]
) -> None:
    far_end.will(drop)
    with pytest.raises(errors.OutcomeUnknown):
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)
    assert (len(far_end.seen), pauses) == (1, [])


def test_the_number_of_repetitions_is_an_option(
    far_end: FarEnd, make_transport: MakeTransport
) -> None:
    far_end.will(*[answer(500)] * 5, answer(200))
    assert make_transport(retries=5).read(PATH).status == 200


def test_a_pause_is_at_least_what_the_provider_asks_for(
    far_end: FarEnd, transport: Transport, pauses: list[float]
) -> None:
    far_end.will(answer(429, Retry_After="6"), answer(200))
    transport.read(PATH)
    assert pauses == [6.0]


def test_a_long_wait_is_left_to_the_caller(
    far_end: FarEnd, transport: Transport, pauses: list[float]
) -> None:
    far_end.will(answer(429, Retry_After="60"), answer(200))
    with pytest.raises(errors.Unavailable) as caught:
        transport.read(PATH)
    assert caught.value.retry_after == timedelta(seconds=60)
    assert pauses == []


def test_pauses_grow_up_to_a_limit(
    far_end: FarEnd, make_transport: MakeTransport, pauses: list[float]
) -> None:
    far_end.will(*[answer(500)] * 7)
    with pytest.raises(errors.Unavailable):
        make_transport(retries=6).read(PATH)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
