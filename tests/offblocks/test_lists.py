"""A list as shapes: whole, or entry by entry; the same either way, and never a shortened one."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.lists import parse_each, parse_list
from accounts_app.offblocks.shapes import Account, Card, Customer

from . import samples

TRICKY = ('"', "\\", '\\"', "],[{}", "\\\\", "ü€😀", "\n")
SAMPLE = [samples.card(name=name, extra={"a": [1, {"b": []}]}) for name in TRICKY]


def body(value: object, **options: Any) -> bytes:
    """Write a value as the provider would."""
    return json.dumps(value, **options).encode()


def each(kind: Any, text: bytes, *cuts: int, entry: int = 1000, whole: int = 10_000) -> list[Any]:
    """Read a list that arrives in pieces, cut at these places; raise if it is not whole."""
    places = [0, *sorted(cuts), len(text)]
    pieces = (text[start:end] for start, end in itertools.pairwise(places))
    return [found.shape for found in parse_each(kind, pieces, entry=entry, whole=whole)]


def test_a_bare_list_is_read() -> None:
    listed = parse_list(Account, body([samples.account(), samples.account(status="closed")]))
    assert [account.status for account in listed] == ["active", "closed"]


@pytest.mark.parametrize("count", [0, 2])
def test_a_list_in_an_object_is_read(count: int) -> None:
    document = {"total": count, "next": None, "items": [samples.card()] * count}
    assert len(parse_list(Card, body(document))) == count


@pytest.mark.parametrize(
    "around",
    [
        {"next": "/v1/cards?page=2"},
        {"nextCursor": "abc", "prev": None},
        {"hasMore": True},
        {"pagination": {"has_more": True}},
        {"links": {"self": "/cards", "next": {"href": "/cards?page=2", "cursor": "x"}}},
        {"total": 3},
        {"meta": {"totalCount": 100}},
    ],
)
def test_a_page_is_not_taken_for_the_whole_list(around: dict[str, Any]) -> None:
    document = {**around, "items": [samples.card()] * 2}
    with pytest.raises(Unreadable, match="a part of a list"):
        parse_list(Card, body(document))
    with pytest.raises(Unreadable, match="a part of a list"):
        each(Card, body(document), entry=10_000)


@pytest.mark.parametrize(
    "around",
    [
        {"hasMore": False, "nextCursor": "", "total": 2, "page": 1},
        {"links": {"self": "/cards", "next": None}, "count": 2, "accountVersion": 9},
    ],
)
def test_what_says_that_this_is_all_is_the_whole_list(around: dict[str, Any]) -> None:
    assert len(parse_list(Card, body({**around, "items": [samples.card()] * 2}))) == 2


@pytest.mark.parametrize(
    "document", [{}, {"a": [], "b": []}, {"a": {"b": []}}, "x", None, samples.customer()]
)
def test_neither_list_nor_one_list_in_an_object_is_unreadable(document: object) -> None:
    with pytest.raises(Unreadable, match="Expected a list"):
        parse_list(Customer, body(document))


def test_one_bad_item_spoils_the_list() -> None:
    with pytest.raises(Unreadable, match="status"):
        parse_list(Customer, body([samples.customer(), samples.customer(status=None)]))


@given(
    cuts=st.lists(st.integers(0, len(body(SAMPLE, ensure_ascii=False))), max_size=40),
    indent=st.sampled_from([None, 1]),
)
def test_a_list_is_the_same_however_it_is_cut(cuts: list[int], indent: int | None) -> None:
    text = body(SAMPLE, ensure_ascii=False, indent=indent)
    assert each(Card, text, *cuts) == parse_list(Card, text)


def test_a_list_that_comes_byte_by_byte_is_read() -> None:
    text = body(SAMPLE)
    assert each(Card, text, *range(1, len(text))) == parse_list(Card, text)


@pytest.mark.parametrize("text", [b"[]", b" [ ] ", b"\r\n[\t]\n"])
def test_an_empty_list_has_no_entries(text: bytes) -> None:
    assert each(Card, text) == []


@pytest.mark.parametrize("step", [7, 10_000])
def test_a_list_that_breaks_off_anywhere_is_unreadable(step: int) -> None:
    text = body(SAMPLE[-2:], ensure_ascii=False)
    for end in range(len(text)):
        with pytest.raises(Unreadable):
            each(Card, text[:end], *range(0, end, step))


@pytest.mark.parametrize("rest", [b"x", b",", b"]", b"[]", b"{}", b"\x00", b"  \n null"])
def test_what_follows_a_list_makes_it_unreadable(rest: bytes) -> None:
    text = body(SAMPLE)
    for cuts in ((), (len(text),), (len(text) - 1,)):
        with pytest.raises(Unreadable, match="follows the list"):
            each(Card, text + rest, *cuts)


CARD = body(samples.card())


@pytest.mark.parametrize(
    "text",
    [
        b"[,]",
        b"[" + CARD + b",]",
        b"[" + CARD + b",," + CARD + b"]",
        b"[" + CARD + b" " + CARD + b"]",
        b"[" + CARD + b"}",
        b"[" + CARD[:-1] + b"]]",
        b"[{]}",
        b"[" + CARD + b"x]",
        b"[" + CARD + b",null]",
        b"[[" + CARD + b"]]",
        b"[" + CARD[:-1] + b',"id":1}]',
        b"[" + CARD[:-1] + b',"x":1e999}]',
        b"[" + CARD[:-1] + b',"x":"\xff"}]',
        b"[" + CARD[:-1] + b',"x":' + b"[" * 99 + b"]" * 99 + b"}]",
        b"\xef\xbb\xbf[" + CARD + b"]",
        b"",
        b"   ",
    ],
)
def test_one_fault_makes_the_list_unreadable(text: bytes) -> None:
    for cuts in ((), tuple(range(1, len(text)))):
        with pytest.raises(Unreadable):
            each(Card, text, *cuts)


def test_an_entity_that_is_listed_twice_comes_twice() -> None:
    text = body([samples.card(), samples.card(status="inactive")])
    assert [card.status for card in each(Card, text)] == ["active", "inactive"]


@pytest.mark.parametrize("step", [1, 10_000])
def test_one_entry_that_is_too_large_makes_the_list_unreadable(step: int) -> None:
    text = body([samples.card(), samples.card(name="x" * 1000)])
    with pytest.raises(Unreadable, match="too large"):
        each(Card, text, *range(0, len(text), step))


def test_an_entry_that_never_ends_is_not_waited_for() -> None:
    def endless() -> Iterator[bytes]:
        yield b"["
        while True:
            yield b"x" * 100

    with pytest.raises(Unreadable, match="too large"):
        next(parse_each(Card, endless(), entry=1000, whole=1000))


def test_the_first_entry_is_there_before_the_second_arrives() -> None:
    def arriving() -> Iterator[bytes]:
        yield b"[" + CARD + b","
        pytest.fail("nobody has asked for it yet")

    assert next(parse_each(Card, arriving(), entry=1000, whole=1000)).shape.id == samples.CARD_ID


@pytest.mark.parametrize("step", [1, 10_000])
def test_a_list_in_an_object_is_read_in_pieces_too(step: int) -> None:
    text = b"  " + body({"total": len(SAMPLE), "items": SAMPLE})
    assert len(each(Card, text, *range(0, len(text), step))) == len(SAMPLE)


def test_a_list_in_an_object_must_not_be_too_large() -> None:
    with pytest.raises(Unreadable, match="too large"):
        each(Card, body({"items": SAMPLE}), whole=500)
