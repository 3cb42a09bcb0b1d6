"""The thread that posts queued webhooks, and tries again until the provider would give up."""

import json
import sqlite3
import threading
import time

import requests

from sandbox.clock import SECOND, spell
from sandbox.deliveries import Deliveries
from sandbox.mint import Mint
from sandbox.options import Options
from sandbox.store import Store, packed

TIMEOUT = (1, 5)  # seconds to connect, to answer
IDLE_SECONDS = 0.2
DUE = (
    "SELECT d.*, e.body, s.callback_url FROM deliveries d"
    " JOIN events e ON e.number = d.event JOIN subscriptions s ON s.id = d.subscription"
    " WHERE d.status = 'queued' AND d.next_at <= ? ORDER BY d.next_at, d.number LIMIT 1"
)


class Courier:
    """Delivers one webhook after the other. Any 2xx ends a delivery. Page "Webhooks"."""

    def __init__(self, store: Store, deliveries: Deliveries, mint: Mint, options: Options) -> None:
        self._store = store
        self._deliveries = deliveries
        self._mint = mint
        self._options = options
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox courier")

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the delivery in hand and end the thread."""
        self._stopping.set()
        self._deliveries.wake.set()
        self._thread.join()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not self._stopping.is_set():
                row = None if self._deliveries.held else self._store.row(DUE, time.time())
                if row is not None:
                    self._deliver(session, row)
                    continue
                self._deliveries.wake.wait(self._rest())
                self._deliveries.wake.clear()

    def _rest(self) -> float:
        row = self._store.row("SELECT min(next_at) FROM deliveries WHERE status = 'queued'")
        if row is None or row[0] is None or self._deliveries.held:
            return IDLE_SECONDS
        return min(max(float(row[0]) - time.time(), 0.0), IDLE_SECONDS)

    def _deliver(self, session: requests.Session, row: sqlite3.Row) -> None:
        began = time.time()
        outcome = self._post(session, row)
        attempts = [*json.loads(row["attempts"]), {"at": spell(int(began * SECOND), 6), **outcome}]
        status, next_at = self._verdict(row, outcome, len(attempts))
        # Only a queued row is written: its subscription may have been removed meanwhile.
        self._store.rows(
            "UPDATE deliveries SET status = ?, next_at = ?, attempts = ?"
            " WHERE number = ? AND status = 'queued'",
            *(status, next_at, packed(attempts), row["number"]),
        )

    def _post(self, session: requests.Session, row: sqlite3.Row) -> dict[str, object]:
        headers, body = self._deliveries.request_for(row["body"], row["callback_url"])
        try:
            answer = session.post(
                row["callback_url"],
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return {"status": None, "error": type(error).__name__}
        return {"status": answer.status_code}

    def _verdict(
        self, row: sqlite3.Row, outcome: dict[str, object], tries: int
    ) -> tuple[str, float]:
        now = time.time()
        if str(outcome["status"]).startswith("2"):
            return "delivered", now
        if now - row["queued_at"] > self._options.discard_seconds:
            return "discarded", now
        return "queued", now + self._wait(row["number"], tries)

    def _wait(self, number: int, tries: int) -> float:
        quick = self._options.quick_retries
        if tries <= len(quick):
            return quick[tries - 1]
        drawn = self._mint.fixed(f"jitter {number} {tries}")[0] / 255
        grown = quick[-1] * 2.0 ** min(tries - len(quick), 30)
        return min(grown, self._options.longest_retry_seconds) * (0.5 + drawn / 2)
