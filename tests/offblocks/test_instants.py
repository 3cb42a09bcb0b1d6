"""Timestamps: several spellings, one order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_app.offblocks.instants import Instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5Z", 1_500_000),
        ("1970-01-01T00:00:00.123Z", 123_000),
        ("1970-01-01T00:00:00.123456Z", 123_456),
        ("1970-01-01T00:00:00.123456999Z", 123_456),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T23:30:00-00:30", 0),
        ("2026-02-03T04:05:06.654321Z", 1_770_091_506_654_321),
    ],
)
def test_an_instant_is_cut_to_microseconds(text: str, microseconds: int) -> None:
    instant = Instant.parse(text)
    assert (instant.microseconds, instant.text) == (microseconds, text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        "",
        "2026-02-03",
        "2026-02-03T04:05:06",
        "2026-02-03 04:05:06Z",
        "2026-02-03T04:05Z",
        "2026-02-30T04:05:06Z",
        "2026-02-03T24:05:06Z",
        "2026-02-03T04:05:60Z",
        "2026-02-03T04:05:06.Z",
        "2026-02-03T04:05:06.1234567890123Z",
        "2026-02-03T04:05:06+25:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00Z",
        "\uff12\uff10\uff12\uff16-02-03T04:05:06Z",
        "2026-02-03T04:05:06Z\n",
        "1770091506",
    ],
)
def test_anything_else_is_no_instant(text: object) -> None:
    with pytest.raises(ValueError, match=r"timestamp|format|range|out of|must be"):
        Instant.parse(text)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(0, 999), st.booleans())
def test_all_spellings_of_an_instant_compare_equal(
    moment: datetime, nanoseconds: int, is_long: bool
) -> None:
    tail = f"{nanoseconds:03}" if is_long else ""
    instant = Instant.parse(f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}{tail}Z")
    assert instant.at == moment.replace(tzinfo=UTC)
    assert EPOCH + timedelta(microseconds=instant.microseconds) == instant.at
