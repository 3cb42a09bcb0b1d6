"""What a provider's list has named so far, kept out of memory: a list may be millions long."""

import sqlite3
from collections.abc import Iterable
from uuid import UUID

TABLES = (
    "CREATE TABLE listed (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE recognised (id TEXT NOT NULL)",
)
NOTE = """
INSERT INTO listed VALUES (?, ?)
ON CONFLICT DO UPDATE SET revision = excluded.revision WHERE excluded.revision >= revision
"""
# Looking up is seldom, and a list is sorted once in far less time than entry by entry.
SORT = "CREATE INDEX IF NOT EXISTS by_id ON recognised (id)"
FIND = "SELECT 1 FROM listed WHERE id = ? UNION ALL SELECT 1 FROM recognised WHERE id = ?"
COUNT = "SELECT count(*) FROM (SELECT id FROM listed UNION SELECT id FROM recognised)"
CACHE = "PRAGMA cache_size = -8000"  # kilobytes


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
        return self._rows.execute(NOTE, (str(id), revision)).rowcount > 0

    def note_recognised(self, ids: Iterable[str]) -> None:
        """Note entries that are as the mirror holds them."""
        self._rows.executemany("INSERT INTO recognised VALUES (?)", zip(ids))

    def is_recognised(self, id: UUID) -> bool:
        """Whether it was listed as the mirror holds it."""
        self._rows.execute(SORT)
        found = self._rows.execute("SELECT 1 FROM recognised WHERE id = ?", (str(id),))
        return found.fetchone() is not None

    def __contains__(self, id: UUID) -> bool:
        self._rows.execute(SORT)
        return self._rows.execute(FIND, (str(id), str(id))).fetchone() is not None

    def __len__(self) -> int:
        number: int = self._rows.execute(COUNT).fetchone()[0]
        return number

    def close(self) -> None:
        """Let the file go."""
        self._rows.close()
