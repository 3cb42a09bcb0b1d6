"""What a provider's list has named so far, kept out of memory: a list may be millions long."""

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from uuid import UUID

TABLES = (
    "CREATE TABLE listed (id BLOB PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID",
    # Recognised entries come by the thousand, and are seldom looked for one by one.
    "CREATE TABLE block (ids BLOB NOT NULL)",
    "CREATE TABLE recognised (id BLOB PRIMARY KEY) WITHOUT ROWID",
)
NOTE = """
INSERT INTO listed VALUES (?, ?)
ON CONFLICT DO UPDATE SET revision = excluded.revision WHERE excluded.revision >= revision
"""
FIND = "SELECT 1 FROM listed WHERE id = ? UNION ALL SELECT 1 FROM recognised WHERE id = ?"
EVERY = "SELECT ids FROM block UNION ALL SELECT id FROM listed UNION ALL SELECT id FROM recognised"
NOTES = f"SELECT coalesce(sum(length(ids)), 0) FROM ({EVERY})"  # noqa: S608 -- our own words
COUNT = "SELECT count(*) FROM (SELECT id FROM listed UNION SELECT id FROM recognised)"
CACHE = "PRAGMA cache_size = -8000"  # kilobytes
WIDTH = 16  # bytes of an id
AT_ONCE = 150_000  # ids that are compared in memory


class Listed:
    """The entities of one list, each with its newest revision; a temporary file holds them.

    Those that were recognised are noted by number alone. For one thread. The file goes with the
    object.
    """

    def __init__(self) -> None:
        # An empty name is a file of its own, removed when it is closed.
        self._rows = sqlite3.connect("", isolation_level=None)
        for statement in ("PRAGMA journal_mode = OFF", CACHE, *TABLES, "BEGIN"):
            self._rows.execute(statement)

    def note(self, id: UUID, revision: int) -> bool:
        """Note an entry; false when the same entity was listed before as something newer."""
        return self._rows.execute(NOTE, (id.bytes, revision)).rowcount > 0

    def note_recognised(self, ids: Sequence[str]) -> None:
        """Note entries that are as the mirror holds them."""
        together = bytes.fromhex("".join(ids).replace("-", ""))
        self._rows.execute("INSERT INTO block VALUES (?)", (together,))

    def is_recognised(self, id: UUID) -> bool:
        """Whether it was listed as the mirror holds it."""
        self._spread()
        found = self._rows.execute("SELECT 1 FROM recognised WHERE id = ?", (id.bytes,))
        return found.fetchone() is not None

    def __contains__(self, id: UUID) -> bool:
        self._spread()
        return self._rows.execute(FIND, (id.bytes, id.bytes)).fetchone() is not None

    def __len__(self) -> int:
        number: int = self._rows.execute(NOTES).fetchone()[0] // WIDTH
        if self._are_different(number):
            return number
        self._spread()
        found: int = self._rows.execute(COUNT).fetchone()[0]
        return found

    def close(self) -> None:
        """Let the file go."""
        self._rows.close()

    def _spread(self) -> None:
        """Make what was recognised ready to be looked for."""
        for (ids,) in self._rows.execute("SELECT ids FROM block").fetchall():
            each = [(ids[start : start + WIDTH],) for start in range(0, len(ids), WIDTH)]
            self._rows.executemany("INSERT OR IGNORE INTO recognised VALUES (?)", sorted(each))
        self._rows.execute("DELETE FROM block")

    def _are_different(self, number: int) -> bool:
        """Whether no two notes can be of the same entity, told by the first half of their ids.

        Far sooner done than to sort them: a part of them after the other, in memory.
        """
        parts = 1 + number // AT_ONCE
        seen = 0
        for part in range(parts):
            halves: set[int] = set()
            for some in self._halves():
                halves.update([half for half in some if half % parts == part])
            seen += len(halves)
        return seen == number

    def _halves(self) -> Iterator[Sequence[int]]:
        for (ids,) in self._rows.execute(EVERY):
            yield array("Q", ids)[::2]
