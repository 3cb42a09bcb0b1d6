"""Card numbers in what others write: found and masked before anything keeps or shows it.

A card number is a run of 13 to 19 digits that passes the Luhn check, in one piece or in groups as
on a card. UUIDs and long hexadecimal (digests, keys, wallets) are none, whatever digits they have.
What is masked keeps its length and its last four digits, so that people can tell it again.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

MASK = "*"
TAIL = 4
SHORTEST, LONGEST = 13, 19
# As on a card: no group but the last is shorter, and there are no more groups than that.
SHORTEST_GROUP, MOST_GROUPS = 4, 5

# As people, forms and addresses part the groups.
_BETWEEN = "[ +\u00a0\u2010\u2011\u2012\u2013-]"
# Only from the first of several digits on: where too few follow it, there are fewer from the next.
_STRETCH = re.compile(rf"(?<!\d)\d(?:{_BETWEEN}?+\d){{{SHORTEST - 1},}}+")
_GROUP = re.compile(r"\d+")
_NO_CARD = re.compile(
    r"(?<![0-9A-Za-z])"
    r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|(?:0x)?[0-9A-Fa-f]{32,})"
    r"(?![0-9A-Za-z])"
)
_TEXT_OR_NUMBER = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL
)
_MASKED = re.compile(rf"(?:\{MASK}{_BETWEEN}?){{{SHORTEST - TAIL},}}\d")
# A number with more digits is no card's, and too long to be written out.
_LONGEST_NUMBER = 40

Span = tuple[int, int]
Watcher = Callable[[str], object]
_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Tell the watcher from now on where a card number was masked; it may not raise."""
    _watchers.append(watcher)


def told(where: str) -> None:
    """Tell all watchers that one was masked there."""
    for watcher in _watchers:
        watcher(where)


def mask(text: str) -> str:
    """Mask every card number in a text."""
    # Names and states are short, and most of what there is: it is quicker to count than to search.
    if len(text) < SHORTEST or not _STRETCH.search(text):
        return text
    parts = _NO_CARD.split(text)
    parts[::2] = [_STRETCH.sub(_masked, part) for part in parts[::2]]
    return "".join(parts)


def is_in(text: str) -> bool:
    """Whether a card number is in a text, masked already or not."""
    return mask(text) != text or bool(_MASKED.search(text))


def texts(value: Any) -> Any:
    """Mask every text inside a JSON value; its numbers are our own counters and revisions."""
    if isinstance(value, dict):
        return {texts(name): texts(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [texts(inner) for inner in value]
    return mask(value) if isinstance(value, str) else value


def tree(value: Any) -> Any:
    """Mask every text and number inside a JSON value that somebody else wrote."""
    if isinstance(value, dict):
        return {mask(name): tree(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [tree(inner) for inner in value]
    if isinstance(value, str):
        return mask(value)
    return _number(value) if isinstance(value, int | float) else value


def document(text: str) -> str:
    """Mask inside a JSON text, which stays JSON; everything else in it stays as it was written."""
    return _TEXT_OR_NUMBER.sub(_token, text)


def body(raw: bytes) -> bytes:
    """Mask inside the bytes of a JSON text; without a card number they are the same bytes."""
    written = raw.decode("utf-8", "surrogateescape")
    masked = document(written)
    return raw if masked == written else masked.encode("utf-8", "surrogateescape")


def _token(found: re.Match[str]) -> str:
    token = found[0]
    if token[0] != '"':
        plain = _plain(token)
        masked = mask(plain)
        return token if masked == plain else json.dumps(masked)
    if "\\" not in token:
        return mask(token)
    try:
        text = str(json.loads(token, strict=False))
    except ValueError:
        return mask(token)
    masked = mask(text)
    return token if masked == text else json.dumps(masked, ensure_ascii=False)


def _number(value: int | float) -> Any:
    plain = _plain(repr(value))
    masked = mask(plain)
    return value if masked == plain else masked


def _plain(number: str) -> str:
    """Write a number without exponent, and a whole one without a point."""
    if len(number) > _LONGEST_NUMBER or number.isdigit():
        return number
    try:
        exact = Decimal(number)
    except ArithmeticError:  # True, inf and their like
        return number
    if not exact.is_finite() or abs(exact.adjusted()) > _LONGEST_NUMBER:
        return number
    return f"{exact.to_integral_value() if exact == exact.to_integral_value() else exact:f}"


def _masked(found: re.Match[str]) -> str:
    """Mask what is a card number in a stretch of digits, which may hold other numbers as well."""
    stretch = found[0]
    groups = [group.span() for group in _GROUP.finditer(stretch)]
    characters, first = list(stretch), 0
    while first < len(groups):
        last = _end_of_card(stretch, groups, first)
        for place in _places(groups[first:last])[:-TAIL]:
            characters[place] = MASK
        first = max(last, first + 1)
    return "".join(characters)


def _end_of_card(stretch: str, groups: list[Span], first: int) -> int:
    """Return after which group the card number that begins here ends; 0 when there is none."""
    for last in range(min(first + MOST_GROUPS, len(groups)), first, -1):
        card = groups[first:last]
        if all(end - start >= SHORTEST_GROUP for start, end in card[:-1]):
            digits = [int(stretch[place]) for place in _places(card)]
            if SHORTEST <= len(digits) <= LONGEST and _passes_luhn(digits):
                return last
    return 0


def _places(groups: list[Span]) -> list[int]:
    return [place for start, end in groups for place in range(start, end)]


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (2 * digit for digit in digits[-2::-2])
    return (sum(digits[::-2]) + sum(one - 9 if one > 9 else one for one in doubled)) % 10 == 0
