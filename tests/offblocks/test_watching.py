"""Whoever watches the transport is shown every reply, and told of every request without one."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.wire import Reply

from .conftest import MakeTransport
from .far_end import FarEnd, answer, drop
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def shown() -> list[Reply | None]:
    """What the watcher was shown."""
    return []


def statuses(shown: list[Reply | None]) -> list[int | None]:
    """Return the status of each reply, None where there was none."""
    return [reply.status if reply else None for reply in shown]


def test_every_reply_is_shown_with_that_to_the_token(
    far_end: FarEnd, make_transport: MakeTransport, shown: list[Reply | None]
) -> None:
    far_end.will(answer(200))
    make_transport(watcher=shown.append).read(PATH)
    assert statuses(shown) == [200, 200]


def test_every_try_is_shown(
    far_end: FarEnd, make_transport: MakeTransport, shown: list[Reply | None]
) -> None:
    far_end.will(drop, answer(503), answer(200))
    make_transport(watcher=shown.append).read(PATH)
    assert statuses(shown) == [200, None, 503, 200]


def test_refusals_are_shown_too(
    far_end: FarEnd, make_transport: MakeTransport, shown: list[Reply | None]
) -> None:
    far_end.will(answer(404))
    with pytest.raises(errors.NotFound):
        make_transport(watcher=shown.append).change("PATCH", f"{PATH}/activate", b"", KEY)
    assert statuses(shown) == [200, 404]


def test_a_request_that_never_left_has_no_reply(
    make_transport: MakeTransport, shown: list[Reply | None]
) -> None:
    nobody = make_transport(base_url="http://127.0.0.1:9/v1", watcher=shown.append)
    with pytest.raises(errors.Unavailable):
        nobody.read(PATH, retries=0)
    assert statuses(shown) == [None]


def dated(after: float, took: float = 0.0) -> Reply:
    """A reply to a request sent at noon, dated so many seconds later."""
    date = format_datetime(NOON + timedelta(seconds=after), usegmt=True)
    return Reply(200, {"Date": date}, b"", NOON, NOON + timedelta(seconds=took))


@pytest.mark.parametrize(("after", "took", "offset"), [(0, 0, 0.5), (40, 0, 40.5), (0, 3, -1)])
def test_the_clocks_are_compared_in_the_middle_of_the_exchange(
    after: float, took: float, offset: float
) -> None:
    assert dated(after, took).clock_offset == timedelta(seconds=offset)


@pytest.mark.parametrize("took", [10.1, -0.1])
def test_an_exchange_that_was_slow_or_saw_the_clock_move_measures_nothing(took: float) -> None:
    assert dated(0, took).clock_offset is None


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_without_a_date_nothing_is_measured(headers: dict[str, str]) -> None:
    assert Reply(200, headers, b"", NOON, NOON).clock_offset is None
