"""The sandbox's SQLite file: one connection, one lock, one transaction at a time."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SCHEMA = """
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entities (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL, status TEXT NOT NULL, fields TEXT NOT NULL, hidden TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS entities_by_parent ON entities (kind, parent);
CREATE INDEX IF NOT EXISTS entities_by_wallet
    ON entities (kind, lower(json_extract(fields, '$.chainId')));
CREATE INDEX IF NOT EXISTS entities_by_external_id
    ON entities (kind, lower(json_extract(fields, '$.externalId')));
CREATE INDEX IF NOT EXISTS entities_by_account
    ON entities (kind, lower(json_extract(fields, '$.accountId')));
CREATE TABLE IF NOT EXISTS timers (
    number INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, entity TEXT NOT NULL,
    sources TEXT NOT NULL, goal TEXT NOT NULL, origin TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ledger (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, entity TEXT NOT NULL,
    id TEXT NOT NULL, before TEXT, after TEXT NOT NULL, cause TEXT NOT NULL,
    key TEXT, operation_id TEXT);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    content_type TEXT NOT NULL, body BLOB NOT NULL, stored_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS wallets (
    address TEXT PRIMARY KEY, chain_id TEXT NOT NULL, private_key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS subscriptions (
    id TEXT PRIMARY KEY, callback_url TEXT NOT NULL, types TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, event_id TEXT NOT NULL, type TEXT NOT NULL, entity TEXT NOT NULL,
    body BLOB NOT NULL, taken INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, event INTEGER NOT NULL REFERENCES events (number),
    subscription TEXT NOT NULL, status TEXT NOT NULL, queued_at REAL NOT NULL,
    next_at REAL NOT NULL, attempts TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (status, next_at);
"""


class Store:
    """Rows and remembered values. Every method may be called from any thread."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and commit at the end, or roll everything back. May be nested."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def rows(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        """Run one statement and return all its rows."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, *parameters: object) -> sqlite3.Row | None:
        """Run one statement and return its first row."""
        return next(iter(self.rows(sql, *parameters)), None)

    def insert(self, sql: str, *parameters: object) -> int:
        """Run one INSERT and return the new row's number."""
        with self._lock:
            return int(self._connection.execute(sql, parameters).lastrowid or 0)

    def recall(self, name: str) -> str | None:
        """Return a remembered text."""
        row = self.row("SELECT value FROM memory WHERE name = ?", name)
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> str:
        """Keep a text under a name, in place of the earlier one, and return it."""
        self.rows("INSERT OR REPLACE INTO memory VALUES (?, ?)", name, value)
        return value

    def forget(self, name: str) -> None:
        """Drop a remembered text."""
        self.rows("DELETE FROM memory WHERE name = ?", name)

    def count(self, name: str) -> int:
        """Return 1, 2, 3... for a name: a counter that survives a restart."""
        with self.transaction():
            number = int(self.recall(f"count {name}") or 0) + 1
            self.remember(f"count {name}", str(number))
        return number

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def packed(value: object) -> str:
    """Return the compact JSON text in which lists and objects are kept in a column."""
    return json.dumps(value, separators=(",", ":"))
