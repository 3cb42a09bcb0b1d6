"""How much memory processes hold while they work, looked at again and again."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import mean
from types import TracebackType
from typing import Self

from tests.drill.crew import Service

LOOKS = 4
"""At the least in each part of the time."""
MEGABYTE = 1024  # kilobytes, as the kernel counts


class Watch:
    """Looks at the processes of some services until the block ends; a part is so many seconds."""

    def __init__(self, services: Sequence[Service], part: float) -> None:
        self._part = part
        self._groups = {one.process.pid: one.name for one in services if one.process}
        self._seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="memory")

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def growth(self, seconds: float) -> float:
        """Return how much the one that grew most held in the last part, of the third one's.

        A process that was not there in both did not last: infinitely much.
        """
        grown = [_growth(seen, seconds, self._part) for seen in self._seen.values()]
        return max(grown, default=float("inf"))

    def _look_on(self) -> None:
        while not self._is_over.is_set():
            now = time.monotonic() - self._began
            for name, megabytes in held(self._groups).items():
                self._seen[name].append((now, megabytes))
            self._is_over.wait(min(1.0, self._part / LOOKS))


def _growth(seen: list[tuple[float, float]], seconds: float, part: float) -> float:
    third = [held for at, held in seen if 2 * part <= at < 3 * part]
    last = [held for at, held in seen if seconds - part <= at < seconds]
    return mean(last) / mean(third) if third and last else float("inf")


def held(groups: dict[int, str]) -> dict[str, float]:
    """Return the megabytes of every process in these groups, by the group's name and its number."""
    held = {}
    for entry in Path("/proc").iterdir():
        # Processes come and go while we look.
        with suppress(OSError, ValueError, StopIteration):
            number = int(entry.name)
            group = os.getpgid(number)
            if group in groups:
                held[f"{groups[group]} {number}"] = _resident(entry)
    return held


def _resident(entry: Path) -> float:
    lines = (entry / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / MEGABYTE
