"""Virtual time: stands still until somebody moves it, and does on the way what falls due."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import time_machine

START = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Clock:
    """The one clock of product and provider; both read the process's time, which it replaces."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self.now = START

    def reset(self) -> None:
        """Return to the start with nothing planned."""
        self._agenda.clear()
        self._move(START)

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Do something when that moment comes."""
        heapq.heappush(self._agenda, (moment, next(self._numbers), action))

    def advance(self, seconds: float) -> None:
        """Let time pass; what is planned meanwhile happens at its moment, in order."""
        until = self.now + timedelta(microseconds=round(seconds * 1_000_000))
        while self._agenda and self._agenda[0][0] <= until:
            moment, _, action = heapq.heappop(self._agenda)
            self._move(max(moment, self.now))
            action()
        # An action may have let time pass itself.
        self._move(max(until, self.now))

    @property
    def next_planned(self) -> datetime | None:
        """When the next planned thing happens."""
        return self._agenda[0][0] if self._agenda else None

    def spelled(self) -> str:
        """Write the time since the start as days+hh:mm:ss.mmm."""
        passed = self.now - START
        seconds, rest = divmod(passed.seconds, 60), passed.microseconds // 1000
        hours, minutes = divmod(seconds[0], 60)
        return f"{passed.days}+{hours:02}:{minutes:02}:{seconds[1]:02}.{rest:03}"

    def _move(self, moment: datetime) -> None:
        self.now = moment
        self._traveller.move_to(moment, tick=False)
