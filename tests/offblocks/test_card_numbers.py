"""S54: what is a card number in a text, and what it is masked to."""

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts_app.offblocks import card_numbers, strict_json

# The well-known numbers of test cards, of 13 to 19 digits.
NUMBERS = (
    "4222222222222",
    "36700102000000",
    "378282246310005",
    "4111111111111111",
    "6759649826438453",
    "6304000000000000000",
)
AS_WRITTEN = (
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111+1111+1111+1111",
    "3782 822463 10005",
    "3670 010200 0000",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20131111\u20131111\u20131111",
    "41111111 11111111",
    "6304 0000 0000 0000 000",
)
SAMPLE = "4111111111111111"


@pytest.mark.parametrize("number", [*NUMBERS, *AS_WRITTEN])
def test_a_card_number_keeps_its_last_four_digits_and_its_length(number):
    masked = card_numbers.mask(number)
    assert len(masked) == len(number)
    digits = [one for one in number if one.isdigit()]
    assert [one for one in masked if one.isdigit()] == digits[-4:]
    assert masked.count("*") == len(digits) - 4


@pytest.mark.parametrize(
    "around", ["{}", "card {}.", "pan{}x", "28 {} 12/27", "a\n{}\tb", "{}/{}", "({})", "№{}"]
)
@pytest.mark.parametrize("number", [SAMPLE, "4111 1111 1111 1111"])
def test_it_is_found_wherever_it_stands(around, number):
    text, masked = around.format(number, number), card_numbers.mask(number)
    assert card_numbers.mask(text) == around.format(masked, masked)


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "411111111111",
        "41111111111111111111",
        "10 20 30 40 50 60 70 80",
        "2026-11-28 14:41:34.123456",
        "2026-11-28T14:41:34.123456789Z",
        str(uuid.UUID("41111111-1111-1111-1111-111111111111")),
        "0x" + SAMPLE + "a" * 24,
        "eip155:324:0x" + SAMPLE + "b" * 24,
        "e" * 48 + SAMPLE,
    ],
)
def test_what_is_none_stays_as_it_is(text):
    assert card_numbers.mask(text) == text


def test_a_number_beside_one_of_our_ids_is_found_all_the_same():
    ours = "41111111-1111-1111-1111-111111111111"
    assert card_numbers.mask(f"{ours} {SAMPLE}") == f"{ours} ************1111"


def test_digits_of_other_scripts_are_digits():
    arabic = "".join(chr(0x660 + int(one)) for one in SAMPLE)
    assert card_numbers.mask(arabic) == "*" * 12 + arabic[-4:]


@pytest.mark.parametrize(
    "written",
    [
        SAMPLE,
        f"-{SAMPLE}",
        f"{SAMPLE}.0",
        "4.111111111111111e15",
        f'"{SAMPLE}"',
        '"\\u0034111111111111111"',
        f'"first\\n{SAMPLE}"',
        f'{{"{SAMPLE}": 1}}',
        '[[{"a": "4111 1111 1111 1111"}]]',
    ],
)
def test_in_json_it_is_found_as_a_number_a_text_and_a_name(written):
    masked = card_numbers.body(written.encode())
    assert b"1111111111" not in masked
    assert b"1111 1111" not in masked
    assert masked.count(b"*") == 12
    json.loads(masked)


def test_everything_else_in_json_stays_byte_for_byte():
    body = f'{{ "pan" : {SAMPLE},"e":1.50e+3 ,"t":"\\u00e9\\n" }}'.encode()
    assert card_numbers.body(body) == body.replace(SAMPLE.encode(), b'"************1111"')


def test_what_is_no_text_at_all_passes():
    assert card_numbers.body(b'{"a": "\xff"}') == b'{"a": "\xff"}'


def test_a_number_beyond_all_bounds_costs_nothing():
    assert card_numbers.body(b"[1e999999999, 1e-999999999]") == b"[1e999999999, 1e-999999999]"
    assert card_numbers.tree([float("inf"), 1e300, True, None]) == [float("inf"), 1e300, True, None]


def test_a_tree_is_masked_with_its_numbers_and_names():
    value = {SAMPLE: [int(SAMPLE), float(SAMPLE), "x"], "n": 5}
    masked = "************1111"
    assert card_numbers.tree(value) == {masked: [masked, masked, "x"], "n": 5}


def test_of_our_own_facts_only_the_texts_are_masked():
    value = {"revision": int(SAMPLE), "reason": [SAMPLE]}
    assert card_numbers.texts(value) == {"revision": int(SAMPLE), "reason": ["************1111"]}


def test_one_that_was_masked_is_known_as_such():
    assert card_numbers.is_in("**** **** **** 1111")
    assert card_numbers.is_in(SAMPLE)
    assert not card_numbers.is_in("crm-00041 ****")


def documents() -> some.SearchStrategy:
    """JSON of all sorts, with digits more often than not."""
    digits = some.text("0123456789 -*", max_size=40)
    plain = some.none() | some.booleans() | some.integers(-(10**18) + 1, 10**18 - 1) | digits
    return some.recursive(plain, lambda inner: some.lists(inner) | some.dictionaries(digits, inner))


@given(documents())
def test_masking_again_changes_nothing_and_json_stays_json(value):
    body = strict_json.canonical_json(value)
    masked = card_numbers.body(body)
    assert card_numbers.body(masked) == masked
    assert json.loads(masked) == card_numbers.tree(json.loads(body))


@given(some.text("0123456789 -ab", max_size=60))
def test_nothing_but_digits_is_ever_replaced(text):
    masked = card_numbers.mask(text)
    assert len(masked) == len(text)
    pairs = zip(text, masked, strict=True)
    assert all(now in (was, "*") and (now == was or was.isdigit()) for was, now in pairs)
