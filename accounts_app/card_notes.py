"""Whose lines of the log held a card number, kept in memory until somebody raises the alert.

A line is written anywhere: within a transaction that may be rolled back, while the audit chain is
held, while no database answers. So this is all that is done there. It takes no lock, because a
process may fork meanwhile.
"""

import time
from collections import Counter, deque
from contextlib import suppress

# What comes on top pushes out the oldest: an alert need not tell how many thousands there were.
MOST = 1000
# Paths are logged and anybody may ask for one, so a request tells no more often than this.
PAUSE = 1.0  # seconds


class Notes:
    """Names of loggers, one for each line."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=MOST)
        self._taken_at = -PAUSE

    def add(self, logger: str) -> None:
        """Remember that a card number was masked in a line of this logger."""
        self._lines.append(logger)

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def are_due(self) -> bool:
        """Whether there is something to tell, and the last time is a while ago."""
        return bool(self) and time.monotonic() - self._taken_at >= PAUSE

    def take(self) -> Counter[str]:
        """Return how many lines of which loggers it were, and forget them."""
        self._taken_at = time.monotonic()
        taken: Counter[str] = Counter()
        with suppress(IndexError):
            while True:
                taken[self._lines.popleft()] += 1
        return taken

    def put_back(self, taken: Counter[str]) -> None:
        """Remember again what could not be told."""
        self._lines.extend(taken.elements())


notes = Notes()
