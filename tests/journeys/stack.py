"""The whole stack as `make run` brings it up: started once, with its own folder and free ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
"""Seconds until it must be up, with the whole programme seeded on a busy machine."""


@dataclass(frozen=True)
class Stack:
    """Where a running stack is, and what it keeps."""

    url: str
    sandbox_url: str
    folder: Path

    def secret(self, name: str) -> str:
        """Return one of the secrets it made for itself."""
        return (self.folder / name).read_text()

    def ask_sandbox(self, control: str) -> Any:
        """Read one of the sandbox's controls."""
        with urlopen(f"{self.sandbox_url}/_sandbox/{control}", timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Start the launcher in this folder, wait until it is ready, and end it with Ctrl-C."""
    ports = {name: str(_free_port()) for name in ("PORT", "SANDBOX_PORT")}
    with (folder / "launcher.log").open("w") as log:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "launcher", "run"],
            cwd=ROOT,
            env={**os.environ, **ports, "RUN_DIR": str(folder)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        with launcher:
            try:
                note = _ready_note(launcher, folder)
                yield Stack(note["url"], note["sandbox_url"], folder)
            finally:
                launcher.send_signal(signal.SIGINT)


def _ready_note(launcher: subprocess.Popen[bytes], folder: Path) -> dict[str, str]:
    note, deadline = folder / "ready.json", time.monotonic() + PATIENCE
    while not note.exists():
        assert launcher.poll() is None, (folder / "launcher.log").read_text()[-4000:]
        assert time.monotonic() < deadline, (folder / "launcher.log").read_text()[-4000:]
        time.sleep(0.2)
    found: dict[str, str] = json.loads(note.read_text())
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
