"""Writes the two faces of a pack, JSON and HTML, in one pass over the rows.

Only the timeline's short lines are kept in memory; everything else goes straight to files.
"""

import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts_app.services.evidence import records, report
from accounts_app.services.evidence.scope import Scope
from accounts_app.services.evidence.sections import SECTIONS
from accounts_app.services.evidence.story import Timeline

# Whoever reads packs by program asks for this number first.
SCHEMA = 1
Record = dict[str, Any]
Parts = dict[str, IO[bytes]]


def write(scope: Scope, json_file: IO[bytes], html_file: IO[bytes]) -> None:
    """Write both files; the JSON is canonical: one line, names sorted, no spaces."""
    with ExitStack() as stack:
        parts: Parts = {name: stack.enter_context(TemporaryFile()) for name in report.titles()}
        writer = Writer(json_file, parts)
        writer.value("about", about_of(scope))
        # By name, as canonical JSON wants it; it is well that the timeline comes last.
        for name in sorted(SECTIONS):
            if name > "schema" > writer.last:
                writer.value("schema", SCHEMA)
            writer.section(name, SECTIONS[name](scope))
        writer.section("timeline", writer.timeline.records())
        json_file.write(b"}\n")
        _assemble(scope, parts, html_file)


class Writer:
    """Writes one value after the other into the JSON, and each record into its HTML part too."""

    def __init__(self, json_file: IO[bytes], parts: Parts) -> None:
        self._json, self._parts = json_file, parts
        self.timeline = Timeline()
        self.last = ""

    def value(self, name: str, value: Any) -> None:
        """Write a plain value."""
        self._name(name)
        self._json.write(records.canonical(value).encode())

    def section(self, name: str, found: Iterable[Record]) -> None:
        """Write a part of the pack record by record."""
        part, number = self._parts[name], 0
        part.write(report.opening(name).encode())
        self._name(name)
        self._json.write(b"[")
        for number, record in enumerate(found, start=1):
            self._json.write(b"," if number > 1 else b"")
            self._json.write(records.canonical(record).encode())
            part.write(report.entry(name, record).encode())
            self.timeline.add(name, record)
        self._json.write(b"]")
        part.write(report.closing(number).encode())

    def _name(self, name: str) -> None:
        self._json.write(f'{"," if self.last else "{"}"{name}":'.encode())
        self.last = name


def _assemble(scope: Scope, parts: Parts, html_file: IO[bytes]) -> None:
    html_file.write(report.head(title_of(scope), about_of(scope)).encode())
    for part in parts.values():
        part.seek(0)
        shutil.copyfileobj(part, html_file)
    html_file.write(report.FOOT.encode())


def about_of(scope: Scope) -> Record:
    """Say what the pack is about; nothing in it depends on when it was made."""
    return {
        "entity_kind": str(scope.row.KIND),
        "entity_id": str(scope.row.pk),
        "customer_id": str(scope.customer.pk),
        "accounts": [str(one.pk) for one in scope.accounts],
        "cards": [str(one.pk) for one in scope.cards],
        "since": records.plain(scope.since),
        "until": records.plain(scope.until),
    }


def title_of(scope: Scope) -> str:
    """Name the pack."""
    return _("Evidence about %(kind)s %(id)s") % {"kind": scope.row.KIND, "id": scope.row.pk}
