"""The provider's lists as shapes: read whole, or entry by entry while they arrive."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from accounts_app.offblocks.arrays import BLANK, elements
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.seams import Recognise, Recognised
from accounts_app.offblocks.shapes import parse, shape_of
from accounts_app.offblocks.strict_json import parse_json

M = TypeVar("M", bound=BaseModel)

# No paging is documented. Should it come one day, a page must not pass for the whole list: what is
# not on it would look as if it did not exist.
_GOES_ON = re.compile(r"next|more|cursor", re.IGNORECASE)
_ALL = re.compile(r"total|(total_?)?(count|items|elements|results)", re.IGNORECASE)


def parse_list(kind: type[M], body: bytes) -> list[M]:
    """Read a list: a bare array, or an object that holds exactly one array; raises Unreadable.

    One item that cannot be read spoils the list: a shortened list would look like lost resources.
    So does an object that says there is more than it holds.
    """
    document = parse_json(body)
    arrays = [document] if isinstance(document, list) else _arrays_in(document)
    if len(arrays) != 1:
        raise Unreadable("Expected a list from the provider.", body=body)
    if _goes_on(document, len(arrays[0])):
        raise Unreadable("The provider sent a part of a list.", body=body)
    return [shape_of(kind, item) for item in arrays[0]]


class Entry(NamedTuple, Generic[M]):
    """An entry that was read, and its text as it came; empty where no bare array came."""

    shape: M
    text: bytes


def parse_each(
    kind: type[M],
    chunks: Iterable[bytes],
    *,
    entry: int,
    whole: int,
    recognise: Recognise | None = None,
) -> Iterator[Entry[M] | Recognised]:
    """Read a list as `parse_list` does, but entry by entry while it arrives.

    Those of a bare array that are recognised are not read: their names come in their place.

    Raises Unreadable, at the latest at the end, wherever `parse_list` would; and when an entry of a
    bare array is longer than `entry` bytes, or an object around an array than `whole`.
    """
    coming = iter(chunks)
    start = next((text for chunk in coming if (text := chunk.lstrip(BLANK))), b"")
    if not start.startswith(b"["):
        for shape in parse_list(kind, _joined(chain([start], coming), whole)):
            yield Entry(shape, b"")
        return
    for element in elements(chain([start[1:]], coming), entry, recognise):
        if isinstance(element, Recognised):
            yield element
        else:
            yield Entry(parse(kind, element), element)


def _arrays_in(document: Any) -> list[Any]:
    members = document.values() if isinstance(document, dict) else ()
    return [member for member in members if isinstance(member, list)]


def _goes_on(document: Any, number: int) -> bool:
    """Whether what stands around so many entries says that there are more."""
    if not isinstance(document, dict):
        return False
    return any(_tells_more(*member, number) for member in document.items())


def _tells_more(name: str, value: Any, number: int) -> bool:
    if isinstance(value, dict):
        return _goes_on(value, number)
    if _ALL.fullmatch(name) and isinstance(value, int):
        return value > number
    return bool(_GOES_ON.search(name) and value) and not isinstance(value, list)


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise Unreadable("The list is too large to be read whole.")
    return bytes(body)
