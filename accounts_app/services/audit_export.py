"""Take the audit out: entries as JSON lines, and a signed manifest that says what should be there.

docs/audit.md describes both files; tools/verify_audit.py checks them without us.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts_app import anchor_keys, audit, clock
from accounts_app.errors import NotPermitted
from accounts_app.models import AuditEntry
from accounts_app.sealing import GENESIS, canonical, content_of
from accounts_app.services import anchors
from accounts_app.services.list_files import EXPORT_AUDIT

FORMAT = 1
Bound = int | date | None


@dataclass(frozen=True)
class Part:
    """Which entries: from and to a number or a day (included), one person's, about one object."""

    first: Bound = None
    last: Bound = None
    person: str = ""
    about: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every entry between the first and the last belongs to it."""
        return not (self.person or self.about)

    @property
    def told(self) -> dict[str, str]:
        """The part in words, for the manifest and the audit."""
        facts = {"from": self.first, "to": self.last, "person": self.person, "object": self.about}
        return {name: str(value) for name, value in facts.items() if value not in (None, "")}


def export(part: Part, path: Path, *, person: User | None = None) -> dict[str, Any]:
    """Write the entries to a file that does not exist yet, and the manifest beside it.

    Returns the manifest. That somebody did so is an entry itself, which the export does not hold;
    without it there is no file. Raises NotPermitted, and OSError for a path that is taken.
    """
    if person is not None and not person.has_perm(EXPORT_AUDIT):
        raise NotPermitted("You may not take the audit out.")
    beside = path.with_name(f"{path.name}.manifest.json")
    try:
        with transaction.atomic():
            manifest = _write(part, path)
            _record(manifest, person)
            beside.write_text(json.dumps(_signed(manifest), indent=1) + "\n", encoding="utf-8")
    except FileExistsError:
        raise
    except Exception:
        path.unlink(missing_ok=True)
        raise
    return manifest


def _write(part: Part, path: Path) -> dict[str, Any]:
    digest, numbers, previous = hashlib.sha256(), [0, 0, 0], GENESIS
    head = AuditEntry.objects.order_by("sequence").last()
    with path.open("xb") as file:
        for entry in _entries(part, head).iterator(chunk_size=1000):
            if not numbers[0]:
                numbers[1], previous = entry.sequence, entry.previous_hash
            numbers[0], numbers[2] = numbers[0] + 1, entry.sequence
            line = canonical({"content": content_of(entry), "hash": entry.hash}).encode() + b"\n"
            digest.update(line)
            file.write(line)
    return {
        "kind": "audit-export",
        "format": FORMAT,
        "at": clock.now().astimezone(UTC).isoformat(timespec="microseconds"),
        "part": part.told,
        "is_whole": part.is_whole,
        "entries": numbers[0],
        "first": numbers[1],
        "last": numbers[2],
        "previous": previous,
        "head": [head.sequence, head.hash] if head else [0, GENESIS],
        "sha256": digest.hexdigest(),
        "anchors": _documents(anchors.stored()),
    }


def _entries(part: Part, head: AuditEntry | None) -> QuerySet[Any]:
    entries = AuditEntry.objects.filter(sequence__lte=head.sequence if head else 0)
    if part.first is not None:
        entries = entries.filter(_bound(part.first, "gte"))
    if part.last is not None:
        entries = entries.filter(_bound(part.last, "lte"))
    if part.person:
        entries = entries.filter(Q(actor_name=part.person) | Q(actor_subject=part.person))
    if part.about:
        kind, _, id_ = part.about.rpartition(":")
        entries = entries.filter(object_id=id_, **({"object_kind": kind} if kind else {}))
    return entries.order_by("sequence")


def _bound(value: int | date, which: str) -> Q:
    if isinstance(value, int):
        return Q(**{f"sequence__{which}": value})
    moment = time.min if which == "gte" else time.max
    return Q(**{f"at__{which}": datetime.combine(value, moment, tzinfo=UTC)})


def _documents(found: Iterable[anchors.Anchor]) -> list[dict[str, Any]]:
    return [asdict(anchor) for anchor in found]


def _record(manifest: dict[str, Any], person: User | None) -> None:
    actor = person or audit.system_user()
    kept = {name: manifest[name] for name in ("part", "entries", "first", "last", "sha256")}
    audit.record(actor=actor, action="audit.exported", target=actor, after=kept)


def _signed(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest with its signature; both are empty where no key is configured."""
    key = anchor_keys.signing_key()
    signature = anchor_keys.sign(canonical(manifest), key) if key else ""
    key_id = anchor_keys.id_of(key.public_key()) if key else ""
    return {"manifest": manifest, "key": key_id, "signature": signature}
