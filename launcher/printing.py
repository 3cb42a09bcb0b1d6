"""Prints the lines of several processes on one screen, each behind the name of its process."""

import os
import sys
import threading
from typing import TextIO

NAME_WIDTH = 8
COLOURS = {"setup": 37, "sandbox": 35, "web": 36, "worker": 32, "seed": 33}
OTHER_COLOUR = 34


class Screen:
    """Writes whole lines, one at a time, and outlives the terminal it writes to."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._colour = self._stream.isatty() and not os.environ.get("NO_COLOR")
        self._lock = threading.Lock()

    def say(self, name: str, line: str) -> None:
        """Print one line as `name | line`."""
        prefix = f"{name:<{NAME_WIDTH}}|"
        if self._colour:
            prefix = f"\033[{COLOURS.get(name, OTHER_COLOUR)}m{prefix}\033[0m"
        self.print(f"{prefix} {line}")

    def print(self, text: str) -> None:
        """Print text as it is; say nothing more once nobody is reading."""
        with self._lock:
            try:
                self._stream.write(f"{text}\n")
                self._stream.flush()
            except OSError:
                # The terminal or the pipe is gone. The processes' output must still be drained,
                # or they would block on it.
                self._stream = open(os.devnull, "w")  # noqa: SIM115 - lives as long as we do
