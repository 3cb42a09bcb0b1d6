"""What a provider's list has named so far, kept out of memory: a list may be millions long."""

import sqlite3
from uuid import UUID

TABLE = "CREATE TABLE listed (id BLOB PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID"
NOTE = """
INSERT INTO listed VALUES (?, ?)
ON CONFLICT DO UPDATE SET revision = excluded.revision WHERE excluded.revision >= revision
"""
CACHE = "PRAGMA cache_size = -8000"  # kilobytes


class Listed:
    """The entities of one list, each with its newest revision; a temporary file holds them.

    For one thread. The file goes with the object.
    """

    def __init__(self) -> None:
        # An empty name is a file of its own, removed when it is closed.
        self._rows = sqlite3.connect("", isolation_level=None)
        for statement in ("PRAGMA journal_mode = OFF", CACHE, TABLE, "BEGIN"):
            self._rows.execute(statement)

    def note(self, id: UUID, revision: int) -> bool:
        """Note an entry; false when the same entity was listed before as something newer."""
        return self._rows.execute(NOTE, (id.bytes, revision)).rowcount > 0

    def __contains__(self, id: UUID) -> bool:
        found = self._rows.execute("SELECT 1 FROM listed WHERE id = ?", (id.bytes,))
        return found.fetchone() is not None

    def __len__(self) -> int:
        number: int = self._rows.execute("SELECT count(*) FROM listed").fetchone()[0]
        return number

    def close(self) -> None:
        """Let the file go."""
        self._rows.close()
