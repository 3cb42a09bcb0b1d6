"""The strict reader of structured field dictionaries."""

import pytest

from sandbox.structured import InnerList, Item, Malformed, Token, dictionary, written


def test_a_dictionary_is_read_and_written_back() -> None:
    text = 'sig=("@method" "x";sf);created=1;keyid="k\\"1";a=?0;b;t=tok'
    member = dictionary(f" {text} ")["sig"]
    assert isinstance(member, InnerList)
    assert member.parameters == {
        "created": 1,
        "keyid": 'k"1',
        "a": False,
        "b": True,
        "t": Token("tok"),
    }
    assert f"sig={written(member)}" == text


def test_bytes_and_flags_are_read() -> None:
    assert dictionary("a=:AQI=:, b, c;q=-5") == {
        "a": Item(b"\x01\x02"),
        "b": Item(True),
        "c": Item(True, {"q": -5}),
    }


def test_an_empty_dictionary_is_empty() -> None:
    assert dictionary("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "A=1",
        "a=1,",
        "a=1 b=2",
        "a=1, a=2",
        "a=(1",
        'a=("x""y")',
        'a="open',
        'a="ctrl\x01"',
        'a="\\x"',
        "a=:A:",
        "a=:===:",
        "a=?2",
        "a=1.5",
        "a=1234567890123456",
        "a=",
        "a;b=1;b=2",
        "a=é",
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        dictionary(text)
