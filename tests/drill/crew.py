"""The processes of one stack: started, kept alive as a service manager would, frozen and let go."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.supervisor import LEASH, ROOT

GLANCE = 0.1
PATIENCE = 5.0
"""Seconds between asking a process to end and ending it."""


class Broken(Exception):
    """The drill itself cannot go on; the message says what to look at."""


def free_port() -> int:
    """Return a port nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def eventually(holds: Callable[[], bool], seconds: float, interval: float = 0.1) -> bool:
    """Wait until something holds; false when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def listens(port: int) -> bool:
    """Whether something takes connections on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Service:
    """One process at the head of a session of its own; it is to run as long as it is wanted."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    is_wanted: bool = True
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def is_running(self) -> bool:
        """Whether the process itself runs, frozen or not."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process; it ends with ours, however ours ends."""
        self.is_wanted = True
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *self.command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Signal the process and all its children."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def ask_to_end(self) -> None:
        """Ask the process to end; it may take its time."""
        self.is_wanted = False
        self.kill(signal.SIGCONT)
        if self.process:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask the process to end, then insist."""
        self.ask_to_end()
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self.kill()
        self.process.wait()


@dataclass
class Crew:
    """Services that are started anew when they die."""

    services: list[Service] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start everything and watch over it."""
        self._thread = threading.Thread(target=self._watch, name="crew")
        self._thread.start()

    def stop(self) -> None:
        """End everything."""
        self._is_over.set()
        if self._thread:
            self._thread.join()
        for service in reversed(self.services):
            service.stop()

    def _watch(self) -> None:
        while not self._is_over.wait(GLANCE):
            for service in self.services:
                if service.is_wanted and not service.is_running:
                    service.start()
