"""Objects of an array that need no reading, because to the letter they were read before.

A text is taken apart at what seems to be the seams between its objects, which is quick and may be
wrong: a seam can stand in a text. But where an object begins for certain, and what follows up to
the next seam is one that was read before, it ends there for certain too.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

# Given what stands between the braces of some objects, returns a name for each that was read before
# and None for every other.
Recognise = Callable[[list[bytes]], Sequence[Any]]

_SEAM = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*\{")
_OPENING = re.compile(rb"[ \t\r\n]*\{")


class Recognised(NamedTuple):
    """Objects that follow each other and were recognised, by their names."""

    names: list[Any]


def entries_in(item: object) -> int:
    """How many entries of a list an item stands for that came out of one."""
    return len(item.names) if isinstance(item, Recognised) else 1


class Run(NamedTuple):
    """Recognised objects, and where the element after them begins."""

    names: list[Any]
    end: int


def runs(text: bytes, recognise: Recognise, *, is_between: bool) -> dict[int, Run]:
    """Find what is recognised, by where it begins if an element begins there.

    `is_between` when an element begins where the text does.
    """
    seam = _SEAM.search(text)
    if seam is None:
        return {}
    opening = _OPENING.match(text) if is_between else None
    comma = seam[0].index(b",") + 1
    start, inside = (0, opening.end()) if opening else (seam.start() + comma, seam.end())
    last = text.rfind(seam[0])
    pieces = text[inside:last].split(seam[0]) if inside <= last else []
    names = recognise(pieces)
    if None not in names:
        return {start: Run(list(names), last + comma)} if pieces else {}
    return dict(_grouped(zip(names, pieces, strict=True), start, inside, len(seam[0]), comma))


def _grouped(
    named: Iterator[tuple[Any, bytes]], start: int, inside: int, width: int, comma: int
) -> Iterator[tuple[int, Run]]:
    """Put what is recognised and follows each other into runs, each after where it begins."""
    for is_named, some in groupby(named, lambda pair: pair[0] is not None):
        together = list(some)
        inside += sum(len(piece) + width for _, piece in together)
        end = inside - width + comma
        if is_named:
            yield start, Run([name for name, _ in together], end)
        start = end
