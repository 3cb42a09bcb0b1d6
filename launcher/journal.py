"""Keeps what the services print in a file, and shows it on the screen once everything is up.

The seeding alone makes thousands of lines: before the end of the start they are held back, and the
last ones are shown only when the start fails.
"""

import threading
from collections import deque
from pathlib import Path
from types import TracebackType

from launcher.printing import NAME_WIDTH, Screen

HELD_LINES = 40


class Journal:
    """The services' lines: all in the file, on the screen from `show` on. A context manager."""

    def __init__(self, path: Path, screen: Screen) -> None:
        self._file = path.open("w")
        self._screen = screen
        self._held: deque[tuple[str, str]] = deque(maxlen=HELD_LINES)
        self._is_shown = False
        self._lock = threading.Lock()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._file.close()

    def say(self, name: str, line: str) -> None:
        """Note one line of a service."""
        with self._lock:
            if not self._file.closed:
                self._file.write(f"{name:<{NAME_WIDTH}}| {line}\n")
                self._file.flush()
            self._held.append((name, line))
        if self._is_shown:
            self._screen.say(name, line)

    def show(self) -> None:
        """Put every later line on the screen."""
        self._is_shown = True

    def show_held(self) -> None:
        """Put the last lines on the screen: somewhere in them is why the start failed."""
        with self._lock:
            held = list(self._held)
        for name, line in held:
            self._screen.say(name, line)
