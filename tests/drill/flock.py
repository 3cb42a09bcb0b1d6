"""`python -m tests.drill.flock NUMBER`: keeps so many bundled workers awake, as a service manager.

The product is loaded once, with its wires, and each worker is a process forked from there: a worker
that was killed is replaced at once, one that is frozen gets a stand-in until it goes on.
"""

import os
import signal
import sys
import time
from contextlib import suppress

from tests.drill import tripwire

GLANCE = 0.05


class Flock:
    """The workers by process id, the oldest first."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._awake: list[int] = []

    def tend(self) -> None:
        """Keep the number, for ever."""
        while True:
            self._notice()
            for _ in range(self._number - len(self._awake)):
                self._awake.append(_fork())
            for pid in self._awake[: max(len(self._awake) - self._number, 0)]:
                # It finishes the row in hand.
                os.kill(pid, signal.SIGTERM)
                self._awake.remove(pid)
            time.sleep(GLANCE)

    def _notice(self) -> None:
        """See who died, froze or woke up."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
                if pid == 0:
                    return
                self._awake = [one for one in self._awake if one != pid]
                if os.WIFCONTINUED(status):
                    self._awake.append(pid)


def _fork() -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        tripwire.become("manage", "run_worker")
    finally:
        os._exit(1)


def main() -> None:
    """Load the product and begin; told to end, take all workers along."""
    tripwire.load()
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    Flock(int(sys.argv[1])).tend()


if __name__ == "__main__":
    main()
