"""Idempotency keys: one effect per key within the hour. Page "Idempotency"."""

import hashlib
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.clock import SECOND, Clock
from sandbox.errors import Refused
from sandbox.options import Options
from sandbox.store import Store

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Answer:
    """What goes back to the caller."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    retry_after: int | None = None  # seconds; not kept for a replay


class Answers:
    """The first answer to each key, kept for an hour, and the keys in flight."""

    def __init__(self, store: Store, clock: Clock, options: Options) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._in_flight: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def claim(self, key: str) -> Iterator[None]:
        """Hold a key while its request is being answered; refuse a second one meanwhile."""
        with self._guard:
            if key in self._in_flight:
                raise Refused(409, "idempotency key in flight")
            self._in_flight.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._in_flight.discard(key)

    def stored(self, key: str, payload: str) -> Answer | None:
        """Return the first answer to this key, if it came within the hour."""
        row = self._store.row("SELECT * FROM answers WHERE key = ?", key)
        if row is None or row["stored_at"] <= self._now() - self._options.idempotency_seconds:
            return None
        if row["fingerprint"] != payload:
            raise Refused(422, "idempotency key reused with another payload")
        return Answer(row["status"], row["body"], row["content_type"])

    def keep(self, key: str, payload: str, answer: Answer) -> None:
        """Keep the answer; call it in the transaction of the effect."""
        self._store.rows(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            *(key, payload, answer.status, answer.content_type, answer.body, self._now()),
        )

    def _now(self) -> float:
        if self._options.idempotency_clock == "world":
            return self._clock.now() / SECOND
        return time.time()


def key_of(header: str | None) -> str:
    """Return the key that a changing request must carry."""
    try:
        return str(uuid.UUID(header or ""))
    except ValueError:
        raise Refused(400, "idempotency key missing or not a UUID") from None


def fingerprint(method: str, target: str, body: bytes) -> str:
    """Return what makes two requests the same."""
    return hashlib.sha256(f"{method} {target}\n".encode() + body).hexdigest()
