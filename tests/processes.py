"""Real processes of the back-office that share the test's database and sandbox."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from accounts_app.offblocks.credentials import Secret

ROOT = Path(__file__).resolve().parents[1]
SHARED = ("SECRET_KEY", "STATIC_ROOT", *(f"OFFBLOCKS_{name}" for name in ("API_KEY", "API_SECRET")))
SHARED += tuple(f"OFFBLOCKS_{name}" for name in ("BASE_URL", "SIGNING_KEY", "SIGNING_KEY_ID"))
SHARED += tuple(f"OFFBLOCKS_WEBHOOK_{name}" for name in ("PUBLIC_KEY", "KEY_ID", "SECRET"))


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a process with the test's settings, some of them changed."""
    shared = {name: _text(getattr(settings, name)) for name in SHARED}
    kept = {"PATH": os.environ["PATH"], "DATABASE_URL": database_url(), "LOG_FORMAT": "json"}
    return {**kept, **shared, **changes}


def _text(value: object) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def database_url() -> str:
    """Return where the test's database is."""
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    login = f"{quote(parts['USER'], safe='')}:{quote(parts['PASSWORD'], safe='')}"
    return f"postgres://{login}@{parts['HOST']}:{parts['PORT'] or 5432}/{parts['NAME']}"


class Process:
    """A running process; `said` is what it wrote to its standard error so far."""

    def __init__(self, popen: "subprocess.Popen[str]") -> None:
        self.popen = popen
        self.said = ""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.popen.stderr or ():
            with self._news:
                self.said += line
                self._news.notify_all()

    def wait_for(self, pattern: str, seconds: float = 20) -> "re.Match[str]":
        """Wait until something was said; AssertionError with all that was said when it was not."""
        with self._news:
            self._news.wait_for(lambda: re.search(pattern, self.said), seconds)
        found = re.search(pattern, self.said)
        assert found, self.said
        return found

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.popen.wait(20)
        self._reader.join(20)
        return code


@contextmanager
def running(*command: str, **changes: str) -> Iterator[Process]:
    """Run a Python command of the back-office until the block ends."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**changes),
        stderr=subprocess.PIPE,
        text=True,
    ) as popen:
        process = Process(popen)
        try:
            yield process
        finally:
            popen.terminate()
            process.end()


@contextmanager
def web(
    app: str = "backoffice.wsgi", worker: str = "gthread", **changes: str
) -> Iterator[tuple[Process, int]]:
    """Serve the back-office with gunicorn; gives the process and its port."""
    options = ("--bind=127.0.0.1:0", f"--worker-class={worker}")
    options += ("--threads=4",) if worker == "gthread" else ("--workers=2",)
    quiet = ("--no-control-socket", "--graceful-timeout=1")
    with running("-m", "gunicorn", app, *options, *quiet, **changes) as process:
        port = process.wait_for(r"Listening at: http://127\.0\.0\.1:(\d+)")[1]
        process.wait_for("Booting worker")
        yield process, int(port)
