"""Trouble for one run: it waits until a process touches the wire, and goes on from there."""

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.drill.matrix import Scenario
from tests.drill.places import Postgres
from tests.drill.stack import LEASE, Stack

FREEZE = LEASE + 1.5
"""Seconds a process sleeps: its lease has run out, and another one has taken over."""
FREEZE_SWEEP = FREEZE + 5
"""Seconds in which another comparison, a command that has to load first, is made meanwhile."""
ON_THE_WIRE = 1.0
"""Seconds after which a request has surely reached the sandbox, which holds its answer back."""
HELD_BACK = 3.0
GLANCE = 0.02
NUMBERS = {"kill": signal.SIGKILL}


@dataclass
class Trouble:
    """One wire and what follows when it is touched. Use it as a context manager."""

    stack: Stack
    scenario: Scenario
    subject: str
    pid: int = 0
    _gave_up: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Trouble":
        wire = self.stack.wires / self.subject
        for touched in self._touched():
            touched.unlink()
        fresh = wire.with_name(f".{wire.name}")
        fresh.write_text(f"{self._boundary} {self._number}")
        fresh.rename(wire)
        self._thread = threading.Thread(target=self._follow, name=self.scenario.name)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # From here on nobody can touch it; who just did is still seen.
        (self.stack.wires / self.subject).unlink(missing_ok=True)
        self._gave_up.set()
        assert self._thread is not None
        self._thread.join()

    @property
    def _is_on_the_wire(self) -> bool:
        return self.scenario.at == "on-the-wire"

    @property
    def _boundary(self) -> str:
        return "attempt-committed" if self._is_on_the_wire else self.scenario.at

    @property
    def _number(self) -> int:
        """The signal a process sends itself; 0 where it is to come from outside."""
        return 0 if self._is_on_the_wire else NUMBERS.get(self.scenario.signal, signal.SIGSTOP)

    def _follow(self) -> None:
        is_over = False
        while not (touched := self._touched()):
            if is_over:
                return
            is_over = self._gave_up.wait(GLANCE)
        self.pid = int(touched[0].suffix[1:])
        if self._is_on_the_wire:
            time.sleep(ON_THE_WIRE)
            with suppress(ProcessLookupError):
                os.kill(self.pid, NUMBERS.get(self.scenario.signal, signal.SIGSTOP))
        if self.scenario.signal != "kill":
            self._meanwhile()
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGCONT)

    def _touched(self) -> list[Path]:
        """Return the wire as whoever touched it left it."""
        return list(self.stack.wires.glob(f"{self.subject}.*"))

    def _meanwhile(self) -> None:
        """What happens while the process is frozen."""
        match self.scenario.signal:
            case "restart":
                assert isinstance(self.stack.database, Postgres)
                self.stack.database.restart()
            case "broker-kill":
                self.stack.stop_broker(signal.SIGKILL)
                self.stack.start_broker()
            case "worker-kill":
                assert self.stack.celery is not None
                self.stack.celery.kill()
            case _:
                time.sleep(FREEZE_SWEEP if self.scenario.act == "sweep" else FREEZE)
