"""JSON that two readers could understand differently is refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.strict_json import canonical_json, parse_json

DEEP = 32
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts
documents = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)


def test_a_document_is_read() -> None:
    assert parse_json(b' {"a": [1, 2.5, "\xc3\xa9", null, true], "b": {}} ') == {
        "a": [1, 2.5, "é", None, True],
        "b": {},
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{} {}",
        b"nonsense",
        b"{'a': 1}",
        b"[1,]",
        b'{"a":1,"a":1}',
        b'[{"b":{"a":1,"\\u0061":2}}]',
        b"NaN",
        b'{"a": -Infinity}',
        b"1e999",
        b"[-1e400]",
        b"1234567890123456789",
        b"[" * 100_000,
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        '"é"'.encode("latin-1"),
        '{"a":1}'.encode("utf-16"),
        b'"\\u0000"',
        b'{"\\u0000":1}',
        b'["\\ud800"]',
        b'{"a":"\x00"}',
        b'"line\nbreak"',
        b"01",
        b"0x10",
    ],
)
def test_doubtful_json_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_json(data)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_has_a_limit(opening: bytes, closing: bytes) -> None:
    parse_json(opening * DEEP + b"1" + closing * DEEP)
    with pytest.raises(Unreadable, match="too deeply"):
        parse_json(opening * (DEEP + 1) + b"1" + closing * (DEEP + 1))


def test_the_error_keeps_a_digest() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_json(b"nonsense")
    assert caught.value.body_digest is not None
    assert caught.value.body_excerpt == "nonsense"


@given(documents)
def test_what_is_written_canonically_is_read_again(document: object) -> None:
    assert parse_json(canonical_json(document)) == document


@given(st.dictionaries(texts, scalars))
def test_equal_documents_are_equal_bytes(document: dict[str, object]) -> None:
    backwards = dict(reversed(document.items()))
    assert canonical_json(backwards) == canonical_json(document)


@given(st.binary() | documents.map(lambda value: json.dumps(value).encode()[:-1]))
def test_bytes_are_read_as_json_or_unreadable_and_raise_nothing_else(data: bytes) -> None:
    document = unread = object()
    with suppress(Unreadable):
        document = parse_json(data)
    assert document is unread or document == json.loads(data.decode())
