"""JSON read strictly, and written canonically."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from accounts_app.offblocks.errors import Unreadable

MAX_DEPTH = 32
MAX_DIGITS = 18  # so that every integer fits in 64 bits

# Neither can be stored as text: PostgreSQL has no NUL, UTF-8 has no surrogates.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse_json(data: bytes) -> Any:
    """Read one JSON document.

    Raises Unreadable on anything but well-formed UTF-8 JSON without byte order mark, and on
    duplicate members, NaN or Infinity, numbers beyond 64 bits, nesting deeper than 32, NUL
    characters and lone surrogates.
    """
    try:
        document = _DECODER.decode(data.decode("utf-8"))
    except RecursionError as error:
        raise Unreadable("The JSON is nested too deeply.", body=data) from error
    except ValueError as error:
        raise Unreadable("This is not JSON we accept.", body=data) from error
    _check(document, data)
    return document


def canonical_json(document: Any) -> bytes:
    """Write JSON so that equal documents are equal bytes: sorted, compact, UTF-8."""
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member appears twice")
    return members


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise ValueError("an integer is too large")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_no_number,
    parse_int=_integer,
    parse_float=_float,
)


def _check(document: Any, data: bytes) -> None:
    # Both can only be written as \\u: a bare NUL is no JSON, a bare surrogate no UTF-8.
    if b"\\u" not in data and data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    level, depth = [document], 0
    while level:
        depth += 1
        texts = (text for value in level for text in _texts(value))
        if any(_UNSTORABLE.search(text) for text in texts):
            raise Unreadable("The JSON holds characters that are not text.", body=data)
        level = [child for value in level for child in _children(value)]
        if level and depth > MAX_DEPTH:
            raise Unreadable("The JSON is nested too deeply.", body=data)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
