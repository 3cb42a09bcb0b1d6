"""A JSON array cut into its elements while it arrives: no more than one of them is kept.

Only the ends of the elements are found here; whether what is between them is JSON is for
accounts_app.offblocks.strict_json to say, which reads each of them.
"""

import re
from collections.abc import Generator, Iterable, Iterator

from accounts_app.offblocks import seams
from accounts_app.offblocks.errors import Unreadable
from accounts_app.offblocks.seams import Recognise, Recognised, Run

BLANK = b" \t\r\n"
# What arrives is gathered, so that it is not asked in small pieces whether it is recognised.
BLOCK = 1_000_000  # bytes

# What gives a document its structure is ASCII, which in UTF-8 is never part of another character.
# Whole texts are passed over at once; one that has not arrived whole is a quote by itself.
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BETWEEN_ELEMENTS = re.compile(rb'(?:[^"\[\]{},]++|%b)*+(["\[\]{},])' % _TEXT, re.DOTALL)
# A comma inside an element ends nothing.
_INSIDE_ELEMENT = re.compile(rb'(?:[^"\[\]{}]++|%b)*+(["\[\]{}])' % _TEXT, re.DOTALL)
_INSIDE_TEXT = re.compile(rb"""[^"\\]*+(["\\])""")
_QUOTE, _BACKSLASH, _COMMA, _END = b'"\\,]'
_OPENING, _CLOSING = b"[{", b"]}"


def elements(
    chunks: Iterable[bytes], limit: int, recognise: Recognise | None = None
) -> Iterator[bytes | Recognised]:
    """Cut what follows the opening bracket of an array into its elements.

    Of those that are recognised only the names are handed out. An element that is not may be asked
    about again.

    Raises Unreadable when the array does not end, when anything follows it, and when an element is
    longer than `limit` bytes. An element is never handed out before its end has arrived, and one
    that is missing between two commas is an empty one.
    """
    coming = _blocks(chunks) if recognise else iter(chunks)
    array = _Array(limit, recognise)
    for chunk in coming:
        yield from array.cut(chunk)
        if array.has_ended:
            array.check_rest(coming)
            return
    raise Unreadable("The list breaks off.")


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for chunk in chunks:
        block += chunk
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)


class _Array:
    """Where we are in the array; every byte is looked at once, however small the chunks are."""

    def __init__(self, limit: int, recognise: Recognise | None) -> None:
        self.has_ended = False
        self._limit = limit
        self._recognise = recognise
        self._pending = bytearray()
        self._seen = 0  # how far into it we have looked
        self._depth = 0  # how many brackets are open inside the array
        self._in_text = False
        self._is_empty = True

    def cut(self, chunk: bytes) -> Iterator[bytes | Recognised]:
        """Take in what has arrived, and hand out the elements that it completes."""
        is_between = not self._pending and not self._depth
        self._pending += chunk
        runs = self._runs(is_between)
        start = (yield from self._passed_over(runs, 0)) if is_between else 0
        for place, mark in self._marks():
            self._depth += (mark in _OPENING) - (mark in _CLOSING)
            if self._depth < 0 or (self._depth == 0 and mark == _COMMA):
                yield from self._element(bytes(self._pending[start:place]), mark)
                start = yield from self._passed_over(runs, place + 1)
            if self._depth < 0:
                self.has_ended = True
                break
        del self._pending[:start]
        self._seen -= start
        if not self.has_ended:
            self._check_size(len(self._pending))

    def check_rest(self, chunks: Iterable[bytes]) -> None:
        """Raise Unreadable if anything but blanks follows the array."""
        if self._pending.strip(BLANK) or any(chunk.strip(BLANK) for chunk in chunks):
            raise Unreadable("Something follows the list.")

    def _element(self, element: bytes, mark: int) -> Iterator[bytes]:
        if self._depth < 0 and mark != _END:
            raise Unreadable("The list does not end as it began.")
        self._check_size(len(element))
        if mark == _COMMA or not self._is_empty or element.strip(BLANK):
            self._is_empty = False
            yield element

    def _runs(self, is_between: bool) -> dict[int, Run]:
        if self._recognise is None:
            return {}
        return seams.runs(bytes(self._pending), self._recognise, is_between=is_between)

    def _passed_over(self, runs: dict[int, Run], start: int) -> Generator[Recognised, None, int]:
        """Hand out what is recognised from here on; return where the element after it begins."""
        if start not in runs:
            return start
        self._is_empty = False
        self._seen = runs[start].end
        yield Recognised(runs[start].names)
        return self._seen

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise Unreadable("An entry of the list is too large.")

    def _marks(self) -> Iterator[tuple[int, int]]:
        """Find the brackets and commas that are not part of a text."""
        while (place := self._next()) is not None:
            mark = self._pending[place]
            # What follows a backslash is skipped, even when it has not arrived yet.
            self._seen = place + (2 if mark == _BACKSLASH else 1)
            if mark == _QUOTE:
                self._in_text = not self._in_text
            elif mark != _BACKSLASH:
                yield place, mark
        self._seen = max(self._seen, len(self._pending))

    def _next(self) -> int | None:
        outside = _INSIDE_ELEMENT if self._depth else _BETWEEN_ELEMENTS
        pattern = _INSIDE_TEXT if self._in_text else outside
        found = pattern.match(self._pending, self._seen)
        return found.start(1) if found else None
