"""What is read without the parser, the parser reads the same; everything else is left to it."""

from typing import Any

import http_sf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts_app.offblocks import plain_fields

PLAIN = {
    "an input": 'sig=("@method" "@path" "content-digest");created=1618884473;keyid="k-1"',
    "of nothing": "sig=();created=1",
    "without parameters": 'sig=("date")',
    "an empty text": 'sig=("");keyid=""',
    "a large number": "sig=();created=999999999999999",
    "odd keys": '*a-b.c_d*=("x");*x=1',
    "a digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
    "two digests": "sha-256=:AAAA:, sha-512=:AAA=:",
    "no bytes": "sig=::",
    "trailing bits": "sig=:AB==:",
}
LEFT = {
    "nothing": "",
    "a name twice": "sig=:AAAA:, sig=:AAAA:",
    "a parameter twice": "sig=();created=1;created=2",
    "two inputs": 'a=("date"), b=("date")',
    "an escape": 'sig=("a\\"b")',
    "a component with parameters": 'sig=("@query";req)',
    "a flag": "sig=();tag",
    "a token": "sig=();alg=ecdsa",
    "a fraction": "sig=();created=1.5",
    "below zero": "sig=();created=-1",
    "a number too large": "sig=();created=1234567890123456",
    "more blanks": 'sig=( "date"  "host" )',
    "a tab between": "a=:AAAA:,\tb=:AAAA:",
    "no padding": "sig=:AB:",
    "too much padding": "sig=:A===:",
    "an end before the end": "sig=:AA==AA==:",
    "a capital": "Sig=:AAAA:",
    "a digit first": "1sig=:AAAA:",
    "no ASCII": 'sig=("é")',
    "a line more": 'sig=("date")\n',
    "a digit that is none": "sig=();created=\u0661",
    "bytes with parameters": "sig=:AAAA:;x=1",
    "half of it": 'sig=("date"',
}


def by_the_parser(value: str) -> dict[str, Any]:
    """What the library makes of it, refusing what appears twice."""

    def refuse(name: str, context: str) -> None:
        raise ValueError(name, context)

    return dict(http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse))


@pytest.mark.parametrize("value", PLAIN.values(), ids=PLAIN)
def test_what_is_plain_is_read_as_the_parser_reads_it(value: str) -> None:
    found = plain_fields.parse(value)
    assert found == by_the_parser(value)
    assert repr(found) == repr(by_the_parser(value))


@pytest.mark.parametrize("value", LEFT.values(), ids=LEFT)
def test_what_is_not_plain_is_left_to_the_parser(value: str) -> None:
    assert plain_fields.parse(value) is None


@given(
    st.sampled_from(list(PLAIN.values())),
    st.integers(0, 80),
    st.integers(0, 3),
    st.text(st.sampled_from('abz09*-_.="\\:;,() +/A\t\n'), max_size=4),
)
@example(PLAIN["an input"], 0, 0, "")
def test_whatever_it_reads_the_parser_reads_the_same(
    value: str, place: int, gone: int, put: str
) -> None:
    """Genuine headers with a piece taken out and another one put in."""
    spoilt = value[:place] + put + value[place + gone :]
    found = plain_fields.parse(spoilt)
    assert found is None or found == by_the_parser(spoilt)
