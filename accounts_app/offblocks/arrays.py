"""A JSON array cut into its elements while it arrives: no more than one of them is kept.

Only the ends of the elements are found here; whether what is between them is JSON is for
accounts_app.offblocks.strict_json to say, which reads each of them.
"""

import re
from collections.abc import Iterable, Iterator

from accounts_app.offblocks.errors import Unreadable

BLANK = b" \t\r\n"

# What gives a document its structure is ASCII, which in UTF-8 is never part of another character.
# Whole texts are passed over at once; one that has not arrived whole is a quote by itself.
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BETWEEN_ELEMENTS = re.compile(rb'(?:[^"\[\]{},]++|%b)*+(["\[\]{},])' % _TEXT, re.DOTALL)
# A comma inside an element ends nothing.
_INSIDE_ELEMENT = re.compile(rb'(?:[^"\[\]{}]++|%b)*+(["\[\]{}])' % _TEXT, re.DOTALL)
_INSIDE_TEXT = re.compile(rb"""[^"\\]*+(["\\])""")
_QUOTE, _BACKSLASH, _COMMA, _END = b'"\\,]'
_OPENING, _CLOSING = b"[{", b"]}"


def elements(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Cut what follows the opening bracket of an array into its elements.

    Raises Unreadable when the array does not end, when anything follows it, and when an element is
    longer than `limit` bytes. An element is never handed out before its end has arrived, and one
    that is missing between two commas is an empty one.
    """
    coming, array = iter(chunks), _Array(limit)
    for chunk in coming:
        yield from array.cut(chunk)
        if array.has_ended:
            array.check_rest(coming)
            return
    raise Unreadable("The list breaks off.")


class _Array:
    """Where we are in the array; every byte is looked at once, however small the chunks are."""

    def __init__(self, limit: int) -> None:
        self.has_ended = False
        self._limit = limit
        self._pending = bytearray()
        self._seen = 0  # how far into it we have looked
        self._depth = 0  # how many brackets are open inside the array
        self._in_text = False
        self._is_empty = True

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """Take in what has arrived, and hand out the elements that it completes."""
        self._pending += chunk
        start = 0
        for place, mark in self._marks():
            self._depth += (mark in _OPENING) - (mark in _CLOSING)
            if self._depth < 0 or (self._depth == 0 and mark == _COMMA):
                yield from self._element(bytes(self._pending[start:place]), mark)
                start = place + 1
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
