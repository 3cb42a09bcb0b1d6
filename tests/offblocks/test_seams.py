"""What was read before is recognised in an array, and never anything else."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_app.offblocks import arrays
from accounts_app.offblocks.arrays import BLANK, elements
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.seams import Recognise, Recognised, entries_in

TRICKS = ("}, {", '"', "\\", "{", "}", "]", ",", "},{", "é", "x")
TEXTS = st.lists(st.sampled_from(TRICKS), max_size=4).map("".join)
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
ENTRIES = st.dictionaries(TEXTS, VALUES, max_size=3) | st.just([]) | st.just("}, {")
BETWEEN = st.sampled_from((", ", ",", " ,\n"))


def inner_of(text: bytes) -> bytes:
    """Return what stands between an object's braces."""
    return text.strip(BLANK)[1:-1]


def knows(*known: bytes) -> Recognise:
    """Recognise these texts, by themselves."""
    return lambda pieces: [piece if piece in known else None for piece in pieces]


def cut(text: bytes, recognise: Recognise | None, *cuts: int) -> list[Any]:
    """Cut an array that arrives in pieces, without its opening bracket."""
    places = [0, *sorted(cuts), len(text)]
    pieces = (text[start:end] for start, end in itertools.pairwise(places))
    return list(elements(pieces, 10_000, recognise))


def flat(found: list[Any]) -> Iterator[bytes]:
    """Yield each element's text, however it was told of."""
    for one in found:
        if isinstance(one, Recognised):
            yield from (b"{%b}" % name for name in one.names)
        else:
            yield one.strip(BLANK)


@given(st.data(), st.lists(ENTRIES, max_size=8), BETWEEN)
def test_every_element_comes_once_and_in_order(
    data: st.DataObject, entries: list[Any], between: str
) -> None:
    texts = [json.dumps(entry, ensure_ascii=False).encode() for entry in entries]
    array = between.encode().join(texts) + b"]"
    known = data.draw(st.lists(st.sampled_from(texts), max_size=4)) if texts else []
    cuts = data.draw(st.lists(st.integers(0, len(array)), max_size=4))
    block, arrays.BLOCK = arrays.BLOCK, data.draw(st.sampled_from((1, 10, 60, 1000)))
    try:
        found = cut(array, knows(*(inner_of(text) for text in known if text[:1] == b"{")), *cuts)
    finally:
        arrays.BLOCK = block
    assert list(flat(found)) == texts


def test_what_is_known_is_told_of_in_runs() -> None:
    texts = [b'{"id": %d}' % number for number in range(6)]
    found = cut(b", ".join(texts) + b"]", knows(*(b'"id": %d' % number for number in (0, 1, 3, 5))))
    # The last one is read: what follows it is no seam.
    assert found == [
        Recognised([b'"id": 0', b'"id": 1']),
        b" " + texts[2],
        Recognised([b'"id": 3']),
        b" " + texts[4],
        b" " + texts[5],
    ]
    assert [entries_in(one) for one in found] == [2, 1, 1, 1, 1]


def test_a_known_text_within_another_is_not_recognised() -> None:
    inside = b'{"a": "}, {"id": 1}, {"}'.replace(b'"id"', b"'id'")
    found = cut(inside + b', {"b": 2}]', knows(b"'id': 1"))
    assert list(flat(found)) == [inside, b'{"b": 2}']
    assert not any(isinstance(one, Recognised) for one in found)


def test_an_array_that_breaks_off_after_what_is_known_is_told() -> None:
    coming = elements([b'{"id": 1}, {"id": 2}'], 1000, knows(b'"id": 1'))
    assert next(coming) == Recognised([b'"id": 1'])
    with pytest.raises(Unreadable, match="breaks off"):
        next(coming)


def test_a_comma_that_nothing_follows_is_still_an_element() -> None:
    found = cut(b'{"id": 1}, {"id": 2}, ]', knows(b'"id": 1', b'"id": 2'))
    assert list(flat(found)) == [b'{"id": 1}', b'{"id": 2}', b""]
