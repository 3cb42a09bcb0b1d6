"""Starts processes, passes on what they print, notices the first to die, and ends them all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from launcher.errors import CannotStart, ProcessDied, StopAsked

ROOT = Path(__file__).resolve().parent.parent
LEASH = Path(__file__).resolve().with_name("leash.py")
PATIENCE = 5.0
"""Seconds between asking the processes to end and ending them."""
GLANCE = 0.05
"""Seconds between two looks at the processes."""

Say = Callable[[str, str], None]
Environment = Mapping[str, str]


@dataclass(frozen=True)
class Child:
    """A process and the thread that passes on what it prints."""

    process: subprocess.Popen[bytes]
    reader: threading.Thread

    def is_running(self) -> bool:
        """Tell whether the process itself still runs."""
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Signal the whole session, so that children of children hear it too."""
        # macOS answers "not permitted" where Linux says "no such process".
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


class Supervisor:
    """Owns every process it starts; each is the head of a session of its own."""

    def __init__(self, say: Say, patience: float = PATIENCE) -> None:
        self._say = say
        self._patience = patience
        self._services: dict[str, Child] = {}
        self._stop_asked = False

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Listen for Ctrl-C, SIGTERM and SIGHUP; leave no process behind at the end."""
        before = {number: signal.getsignal(number) for number in _stop_signals()}
        for number in before:
            signal.signal(number, self._ask_to_stop)
        try:
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Environment,
        say: Say | None = None,
    ) -> None:
        """Start a service: a process whose end is a failure."""
        self._services[name] = _spawn(name, command, environment, say or self._say)

    def run(
        self,
        name: str,
        command: Sequence[str],
        environment: Environment,
        say: Say | None = None,
    ) -> int:
        """Run a process to its end and return its exit code, watching the services meanwhile."""
        child = _spawn(name, command, environment, say or self._say)
        try:
            while child.is_running():
                self.glance()
        finally:
            self._end([child])
        return child.process.returncode

    def require(self, name: str, command: Sequence[str], environment: Environment) -> None:
        """Run a process to its end; raise ProcessDied unless it succeeded."""
        if code := self.run(name, command, environment):
            raise ProcessDied(name, code)

    def wait_for(self, is_ready: Callable[[], bool], seconds: float, refusal: str) -> None:
        """Wait until something holds; raise CannotStart with the refusal after so many seconds."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if time.monotonic() > deadline:
                raise CannotStart(refusal)
            self.glance()

    def watch(self) -> NoReturn:
        """Stay until a service dies (ProcessDied) or the person wants the end (StopAsked)."""
        while True:
            self.glance()

    def glance(self) -> None:
        """Rest for a moment, then raise if it is time to end."""
        time.sleep(GLANCE)
        if self._stop_asked:
            raise StopAsked
        for name, child in self._services.items():
            if not child.is_running():
                raise ProcessDied(name, child.process.returncode)

    def stop(self) -> None:
        """End every service: ask first, then insist. Doing it twice changes nothing."""
        self._end(list(self._services.values()))
        self._services.clear()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked = True

    def _end(self, children: Sequence[Child]) -> None:
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline and any(child.is_running() for child in children):
            time.sleep(GLANCE)
        for child in children:
            child.signal(signal.SIGKILL)
            child.process.wait()
            child.reader.join(timeout=1)


def _stop_signals() -> list[signal.Signals]:
    """SIGHUP stays ignored where `nohup` said so."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM] + ([] if ignored else [signal.SIGHUP])


def _spawn(name: str, command: Sequence[str], environment: Environment, say: Say) -> Child:
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    reader = threading.Thread(target=_pass_on, args=(name, process, say), daemon=True)
    reader.start()
    return Child(process, reader)


def _pass_on(name: str, process: subprocess.Popen[bytes], say: Say) -> None:
    assert process.stdout is not None  # noqa: S101 - for the type checker: we asked for a pipe
    with process.stdout as lines:
        for line in lines:
            say(name, line.decode(errors="replace").rstrip())
