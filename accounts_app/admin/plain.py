"""What a list shows, as plain text: whole ids, times in UTC, nothing that only decorates.

It reads the very cells of the page, so that whatever is masked there is masked here as well.
"""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import lookup_field
from django.db.models import Field, ForeignObjectRel, Model
from django.utils.safestring import SafeString

from accounts_app.admin.words import NOTHING

# What spreadsheets take for the beginning of a formula, in their wide forms too.
FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
VOID = frozenset({"br", "img", "input", "wbr"})


class _Cell(HTMLParser):
    """Reads the text of one cell; what is shown shortened is taken from where it stands whole."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._depth:
            self._depth += tag not in VOID
            return
        names = dict(attrs)
        instead = _instead_of(tag, names)
        if instead is not None:
            self.words.append(instead)
            self._depth = 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= bool(self._depth)

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.words.append(data)


def _instead_of(tag: str, attributes: dict[str, str | None]) -> str | None:
    """Return what stands for an element; None when its own text does."""
    if tag == "button" or attributes.get("aria-hidden") == "true":
        return ""
    if tag == "time" and attributes.get("datetime"):
        return utc(datetime.fromisoformat(str(attributes["datetime"])))
    if "id" in (attributes.get("class") or "").split() and attributes.get("title"):
        return attributes["title"]
    return None


def cell(name: Any, row: Model, admin: "ModelAdmin[Any]") -> str:
    """Return what a list's column says of a row."""
    field, _, value = lookup_field(name, row, admin)
    if isinstance(field, Field) and field.choices:
        value = getattr(row, f"get_{field.name}_display")()
    elif isinstance(field, Field | ForeignObjectRel) and value is None:
        value = ""
    return text(value)


def text(value: Any) -> str:
    """Return a value as plain text."""
    if value is None or value == NOTHING:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, date):
        return value.isoformat()
    return _words_of(value) if isinstance(value, SafeString) else CONTROL.sub("", str(value))


def utc(at: datetime) -> str:
    """Return a time as UTC, to the microsecond where it has any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def harmless(written: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{written}" if FORMULA.match(written) else written


def _words_of(html: SafeString) -> str:
    if "<" not in html and "&" not in html:
        return str(html)
    reader = _Cell()
    reader.feed(html)
    reader.close()
    found = " ".join("".join(reader.words).split())
    return "" if found == NOTHING else CONTROL.sub("", found)
