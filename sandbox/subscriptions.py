"""Webhook subscriptions. The sandbox only ever calls back to this machine."""

import ipaddress
import json
import sqlite3
from urllib.parse import urlsplit

from sandbox.clock import Clock, spell
from sandbox.entities import KINDS, MICROSECOND
from sandbox.errors import Refused
from sandbox.mint import Mint
from sandbox.store import Store, packed

TYPES = tuple(f"{kind}.updated" for kind in KINDS)


class Subscriptions:
    """Which address wants which types."""

    def __init__(self, store: Store, clock: Clock, mint: Mint) -> None:
        self._store = store
        self._clock = clock
        self._mint = mint

    def put(self, identifier: str | None, url: str, types: list[str]) -> dict[str, object]:
        """Create a subscription, or change the one with this id. Page "Webhooks"."""
        if not is_loopback(url):
            raise Refused(400, "callbackUrl must be http or https on the loopback interface")
        now = self._clock.now()
        if identifier is None:
            identifier = self._mint.id("webhook")
            self._store.rows(
                "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?)",
                *(identifier, url, packed(types), now, now),
            )
        else:
            self._store.rows(
                "UPDATE subscriptions SET callback_url = ?, types = ?, updated_at = ? WHERE id = ?",
                *(url, packed(types), self._later(identifier, now), identifier.lower()),
            )
        return self.get(identifier, digits=9)

    def get(self, identifier: str, *, digits: int = 6) -> dict[str, object]:
        """Return one subscription."""
        return _shown(self._row(identifier), digits)

    def all(self) -> list[dict[str, object]]:
        """Return all subscriptions, oldest first."""
        rows = self._store.rows("SELECT * FROM subscriptions ORDER BY rowid")
        return [_shown(row, 6) for row in rows]

    def wanting(self, webhook_type: str) -> list[str]:
        """Return the ids of those that want this type."""
        rows = self._store.rows("SELECT id, types FROM subscriptions ORDER BY rowid")
        return [row["id"] for row in rows if webhook_type in json.loads(row["types"])]

    def delete(self, identifier: str) -> None:
        """Remove a subscription and what waits to be delivered to it."""
        identifier = self._row(identifier)["id"]
        self._store.rows("DELETE FROM subscriptions WHERE id = ?", identifier)
        self._store.rows(
            "UPDATE deliveries SET status = 'discarded'"
            " WHERE subscription = ? AND status = 'queued'",
            identifier,
        )

    def _later(self, identifier: str, now: int) -> int:
        return max(now, int(self._row(identifier)["updated_at"]) + MICROSECOND)

    def _row(self, identifier: str) -> sqlite3.Row:
        row = self._store.row("SELECT * FROM subscriptions WHERE id = ?", identifier.lower())
        if row is None:
            raise Refused(404, "webhook not found")
        return row


def is_loopback(url: str) -> bool:
    """Tell whether a URL is plain http or https to this very machine."""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname or "", parts.port
        sound = parts.scheme in {"http", "https"} and "@" not in parts.netloc
        sound = sound and url.isascii() and url.isprintable() and " " not in url
        return sound and (name == "localhost" or ipaddress.ip_address(name).is_loopback)
    except ValueError:
        return False


def _shown(row: sqlite3.Row, digits: int) -> dict[str, object]:
    return {
        "id": row["id"],
        "callbackUrl": row["callback_url"],
        "types": json.loads(row["types"]),
        "createdAt": spell(row["created_at"], digits),
        "updatedAt": spell(row["updated_at"], digits),
    }
