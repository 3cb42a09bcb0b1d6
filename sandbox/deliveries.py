"""The webhook queue: events as they happen, and one delivery for each that wants one."""

import json
import sqlite3
import threading
import time
from dataclasses import dataclass, field

from sandbox.clock import SECOND, spell
from sandbox.entities import POST_DIGITS, Entity
from sandbox.faults import Fault, Faults
from sandbox.mint import Mint
from sandbox.options import Options
from sandbox.store import Store, packed
from sandbox.subscriptions import Subscriptions
from sandbox.webhook_signing import WebhookSigner

REORDER_STEP = 0.2  # seconds between deliveries that change places
IDLE = "SELECT 1 FROM deliveries WHERE status = 'queued' LIMIT 1"


@dataclass(kw_only=True)
class Deliveries:
    """Queues events in the transaction that made them; the courier carries them out."""

    store: Store
    mint: Mint
    subscriptions: Subscriptions
    signer: WebhookSigner
    faults: Faults
    options: Options
    wake: threading.Event = field(default_factory=threading.Event)
    held: bool = False

    def announce(self, entity: Entity) -> None:
        """Queue the event that tells how an entity now is."""
        webhook_type = f"{entity.kind}.updated"
        event_id = self.mint.id("event")
        event = {"webhookType": webhook_type, "eventId": event_id, **entity.shown(POST_DIGITS)}
        number = self.store.insert(
            "INSERT INTO events (event_id, type, entity, body) VALUES (?, ?, ?, ?)",
            *(event_id, webhook_type, entity.id, packed(event).encode()),
        )
        if self.options.deliveries == "auto":
            self._queue(number, webhook_type)

    def _queue(self, event: int, webhook_type: str) -> None:
        fault = self.faults.on_webhook(webhook_type)
        lost = fault is not None and fault.action == "lose"
        copies = fault.copies if fault is not None and fault.action == "duplicate" else 1
        now = time.time()
        for subscription in self.subscriptions.wanting(webhook_type) * copies:
            self.store.rows(
                "INSERT INTO deliveries (event, subscription, status, queued_at, next_at)"
                " VALUES (?, ?, ?, ?, ?)",
                *(event, subscription, "lost" if lost else "queued", now, now + _wait(fault)),
            )
        self.wake.set()

    def pending(self) -> list[bytes]:
        """Return the bodies of all events nobody has taken yet, oldest first."""
        return [row["body"] for row in self.store.rows("SELECT body FROM events WHERE NOT taken")]

    def take(self) -> list[bytes]:
        """Return the pending bodies; they are then no longer pending."""
        with self.store.transaction():
            bodies = self.pending()
            self.store.rows("UPDATE events SET taken = 1")
        return bodies

    def request_for(
        self, event: bytes, url: str = "http://127.0.0.1/webhooks/offblocks/"
    ) -> tuple[dict[str, str], bytes]:
        """Return the headers and body with which this event is posted to a URL, freshly signed."""
        return self.signer.headers(url, event), event

    def hold(self) -> None:
        """Deliver nothing until released; events queue up."""
        self.held = True

    def release(self) -> None:
        """Deliver again."""
        self.held = False
        self.wake.set()

    def wait_until_idle(self, timeout: float = 5) -> bool:
        """Wait until nothing is queued; tell whether that came within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while self.store.row(IDLE) is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.store.row(IDLE) is None

    def all(self) -> list[dict[str, object]]:
        """Return every delivery with its attempts, oldest first."""
        rows = self.store.rows(
            "SELECT d.*, e.event_id, e.type, e.entity FROM deliveries d"
            " JOIN events e ON e.number = d.event ORDER BY d.number"
        )
        return [_shown(row) for row in rows]


def _wait(fault: Fault | None) -> float:
    if fault is None or fault.action not in {"delay", "reorder"}:
        return 0
    if fault.action == "delay":
        return fault.seconds
    place = (fault.met - 1) % max(fault.window, 1)
    return (fault.window - place) * (fault.seconds or REORDER_STEP)


def _shown(row: sqlite3.Row) -> dict[str, object]:
    return {
        "number": row["number"],
        "eventId": row["event_id"],
        "webhookType": row["type"],
        "entityId": row["entity"],
        "subscriptionId": row["subscription"],
        "status": row["status"],
        "queuedAt": spell(int(row["queued_at"] * SECOND), 6),
        "attempts": json.loads(row["attempts"]),
    }
