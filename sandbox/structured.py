"""A strict reader of structured field dictionaries, as far as signatures need them. RFC 9651.

Knows strings, tokens, integers, booleans, byte sequences, inner lists and parameters.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*")
INTEGER = re.compile(r"-?[0-9]{1,15}(?![0-9.])")
STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
BOOLEAN = re.compile(r"\?([01])")
SPACE, ANY_SPACE = re.compile(r" *"), re.compile(r"[ \t]*")


class Token(str):
    """A bare word, which is not the same as a quoted string."""

    __slots__ = ()


Bare = bool | int | str | bytes
Parameters = dict[str, Bare]


class Malformed(ValueError):
    """The text is not a structured field dictionary."""


@dataclass(frozen=True)
class Item:
    """One value with its parameters."""

    value: Bare
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True)
class InnerList:
    """A list of items in parentheses, with parameters of its own."""

    items: tuple[Item, ...]
    parameters: Parameters


Member = Item | InnerList


def dictionary(text: str) -> dict[str, Member]:
    """Read a dictionary. Raises Malformed, also for a key that comes twice."""
    return _Reader(text.strip(" ")).dictionary()


def written(member: Member) -> str:
    """Return a member in its one canonical spelling."""
    if isinstance(member, InnerList):
        inside = " ".join(written(item) for item in member.items)
        return f"({inside}){_written_parameters(member.parameters)}"
    return _written_bare(member.value) + _written_parameters(member.parameters)


def _written_parameters(parameters: Parameters) -> str:
    return "".join(
        f";{key}" if value is True else f";{key}={_written_bare(value)}"
        for key, value in parameters.items()
    )


def _written_bare(value: Bare) -> str:
    if isinstance(value, bool):
        return f"?{int(value)}"
    if isinstance(value, bytes):
        return f":{base64.b64encode(value).decode()}:"
    if isinstance(value, int | Token):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def dictionary(self) -> dict[str, Member]:
        members: dict[str, Member] = {}
        while self._at < len(self._text):
            if members:
                self._comma()
            key = self._match(KEY)
            if key in members:
                raise Malformed(f"{key} comes twice")
            members[key] = self._member()
            self._skip(ANY_SPACE)
        return members

    def _comma(self) -> None:
        if not self._take(","):
            raise Malformed("a comma is missing")
        self._skip(ANY_SPACE)

    def _member(self) -> Member:
        if not self._take("="):
            return Item(True, self._parameters())
        return self._inner_list() if self._take("(") else self._item()

    def _inner_list(self) -> InnerList:
        items: list[Item] = []
        self._skip(SPACE)
        while not self._take(")"):
            items.append(self._item())
            if not self._text.startswith((" ", ")"), self._at):
                raise Malformed("a list does not end")
            self._skip(SPACE)
        return InnerList(tuple(items), self._parameters())

    def _item(self) -> Item:
        return Item(self._bare(), self._parameters())

    def _parameters(self) -> Parameters:
        found: Parameters = {}
        while self._take(";"):
            self._skip(SPACE)
            key = self._match(KEY)
            if key in found:
                raise Malformed(f"parameter {key} comes twice")
            found[key] = self._bare() if self._take("=") else True
        return found

    def _bare(self) -> Bare:
        first = self._text[self._at : self._at + 1]
        if first == '"':
            return re.sub(r"\\(.)", r"\1", self._match(STRING, 1))
        if first == ":":
            return self._bytes()
        if first == "?":
            return self._match(BOOLEAN, 1) == "1"
        if first == "-" or first.isdigit():
            return int(self._match(INTEGER))
        return Token(self._match(TOKEN))

    def _bytes(self) -> bytes:
        try:
            return base64.b64decode(self._match(BYTES, 1), validate=True)
        except binascii.Error as error:
            raise Malformed("bytes are not base64") from error

    def _match(self, pattern: re.Pattern[str], group: int = 0) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise Malformed(f"unexpected text at {self._at}")
        self._at = found.end()
        return found.group(group)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._match(pattern)

    def _take(self, character: str) -> bool:
        if not self._text.startswith(character, self._at):
            return False
        self._at += 1
        return True
