"""The world's clock, which may be pinned or moved, and the spelling of its instants."""

import time
from datetime import UTC, datetime, timedelta

from sandbox.store import Store

SECOND = 1_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Business time in nanoseconds since 1970. Its setting survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pinned = self._recall("clock pinned")
        self._offset = self._recall("clock offset") or 0

    def _recall(self, name: str) -> int | None:
        text = self._store.recall(name)
        return None if text is None else int(text)

    def now(self) -> int:
        """Return the world's time."""
        return time.time_ns() + self._offset if self._pinned is None else self._pinned

    def pin(self, instant: int) -> None:
        """Stop the clock at an instant."""
        self._pinned = instant
        self._store.remember("clock pinned", str(instant))

    def advance(self, seconds: float) -> None:
        """Move the clock forward; a pinned one stays pinned."""
        if self._pinned is not None:
            self.pin(self._pinned + int(seconds * SECOND))
            return
        self._offset += int(seconds * SECOND)
        self._store.remember("clock offset", str(self._offset))

    def release(self) -> None:
        """Return to real time."""
        self._pinned, self._offset = None, 0
        self._store.forget("clock pinned")
        self._store.forget("clock offset")


def spell(instant: int, digits: int) -> str:
    """Write nanoseconds as ISO 8601 with 6 digits (GET answers) or 9 (everything else)."""
    seconds, fraction = divmod(instant, SECOND)
    whole = (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{f'{fraction:09d}'[:digits]}Z"


def parse(text: str) -> int:
    """Read an ISO 8601 instant with a zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the instant needs a zone, for example Z")
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000
