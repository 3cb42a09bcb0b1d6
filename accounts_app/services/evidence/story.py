"""The timeline of a pack: one line for each thing in its other parts, in the order of time."""

from dataclasses import dataclass, field
from typing import Any

# section -> its time, and the columns that say in short what happened
TOLD = {
    "operations": ("requested_at", ("kind", "state")),
    "events": ("received_at", ("type", "claimed_status")),
    "snapshots": ("asked_at", ("entity_kind", "status")),
    "differences": ("asked_at", ("entity_kind", "what")),
    "discrepancies": ("found_at", ("what", "held", "told")),
    "resolutions": ("proposed_at", ("verdict", "state")),
    "audit": ("at", ("actor_name", "action", "result")),
}
NUMBERS = {"audit": "sequence"}


@dataclass
class Timeline:
    """Collects the lines while the other parts are written; they are short, however long a row."""

    lines: list[tuple[str, str, int, str]] = field(default_factory=list)

    def add(self, section: str, record: dict[str, Any]) -> None:
        """Take notice of a record, unless its part has no place in the timeline."""
        if section not in TOLD:
            return
        at, columns = TOLD[section]
        words = " ".join(str(record[name]) for name in columns if record[name])
        number = record[NUMBERS.get(section, "id")]
        self.lines.append((record[at], section, number, words))

    def records(self) -> list[dict[str, Any]]:
        """Return the lines in the order of time."""
        names = ("at", "section", "id", "what")
        return [dict(zip(names, line, strict=True)) for line in sorted(self.lines)]
