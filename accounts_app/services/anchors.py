"""Anchors: signed statements that the audit chain once ended with exactly this entry.

A chain that was rewritten as a whole, or cut off at its end, holds in itself; what was anchored and
kept elsewhere tells. One anchor vouches for its entry and, through the hashes, for all before it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts_app import anchor_keys
from accounts_app.audit import Fault
from accounts_app.models import AuditAnchor, AuditEntry
from accounts_app.sealing import canonical
from accounts_app.sentences import say

FORMAT = 1
CHUNK = 500  # SQLite takes no more than 999 values in a statement
NOT_OURS = say("anchored by nobody we know")
GONE = say("missing, though it was anchored")
OTHER = say("not the entry that was anchored")


class Unreadable(Exception):
    """A file is no anchor; the message says which."""


@dataclass(frozen=True)
class Anchor:
    """The statement that this entry was the last one at that time, and who signed it."""

    sequence: int
    hash: str
    at: str
    key: str
    signature: str

    @property
    def text(self) -> str:
        """What is signed."""
        facts = {name: value for name, value in asdict(self).items() if name != "signature"}
        return canonical({"kind": "audit-anchor", "format": FORMAT, **facts})

    @property
    def document(self) -> str:
        """What is kept outside."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @property
    def file_name(self) -> str:
        """What its file is called; names sort as the entries do."""
        return f"anchor-{self.sequence:012d}.json"


def stored() -> list[Anchor]:
    """Return the anchors that the database keeps, the oldest first."""
    return [of_row(row) for row in AuditAnchor.objects.order_by("sequence")]


def kept_outside() -> list[Anchor]:
    """Return the anchors in AUDIT_ANCHOR_DIRECTORY, the oldest first. Raises Unreadable."""
    folder = settings.AUDIT_ANCHOR_DIRECTORY
    return [read(path) for path in sorted(Path(folder).glob("anchor-*.json"))] if folder else []


def read(path: Path) -> Anchor:
    """Read an anchor's file. Raises Unreadable."""
    try:
        told = json.loads(path.read_text())
        return Anchor(
            sequence=int(told["sequence"]),
            **{name: str(told[name]) for name in ("hash", "at", "key", "signature")},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(say("{name} is no anchor that can be read", name=path.name)) from error


def last() -> Anchor | None:
    """Return the newest anchor: of those kept outside where there are any, for they are safer."""
    found = kept_outside() or stored()
    return found[-1] if found else None


def all_faults() -> Iterator[Fault]:
    """Yield what is wrong according to every anchor, of the database and outside."""
    try:
        outside = kept_outside()
    except Unreadable as reason:
        yield Fault(0, str(reason))
        outside = []
    yield from faults(dict.fromkeys([*stored(), *outside]))


def faults(anchors: Iterable[Anchor]) -> Iterator[Fault]:
    """Yield where the chain is not what was anchored, or an anchor is not ours."""
    waiting = iter(anchors)
    while chunk := list(islice(waiting, CHUNK)):
        numbers = [anchor.sequence for anchor in chunk]
        entries = AuditEntry.objects.filter(sequence__in=numbers)
        hashes = dict(entries.values_list("sequence", "hash"))
        for anchor in chunk:
            what = _wrong_with(anchor, hashes)
            if what:
                yield Fault(anchor.sequence, what)


def _wrong_with(anchor: Anchor, hashes: dict[int, str]) -> str:
    if not anchor_keys.is_signed(anchor.text, anchor.signature, anchor.key):
        return NOT_OURS
    if anchor.sequence not in hashes:
        return GONE
    return "" if hashes[anchor.sequence] == anchor.hash else OTHER


def of_row(row: Any) -> Anchor:
    """Return the anchor that a row keeps."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return Anchor(row.sequence, row.hash, at, row.key_id, row.signature)
