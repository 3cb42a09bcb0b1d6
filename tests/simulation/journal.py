"""The log of one seed, line by line, and the counts of what occurred in all of them."""

from collections import Counter

from tests.simulation.clock import Clock

Counts = dict[str, Counter[str]]


class Journal:
    """Writes lines with the virtual time, and counts occurrences by table and name."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.lines: list[str] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.depth = 0

    def write(self, line: str) -> None:
        """Add a line at the present time."""
        self.lines.append(f"{self._clock.spelled()} {'| ' * self.depth}{line}")

    def count(self, table: str, name: str) -> None:
        """Count one occurrence."""
        self.counts[table, name] += 1
