"""One stack of real processes: sandbox, web, workers or Celery, with a database and a broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher import environment, keys, loopback
from launcher.preflight import Ports
from launcher.run_directory import RunDirectory, new_api_key, new_token
from launcher.supervisor import ROOT
from tests.drill.crew import Broken, Crew, Service, eventually, free_port, listens
from tests.drill.places import Postgres, Sqlite, redis_server

PYTHON = sys.executable
TRIPWIRE = [PYTHON, "-m", "tests.drill.tripwire"]
LEASE = 4.0
"""Seconds a sender may take; a frozen one sleeps longer than that."""
PATIENCE = 90.0
"""Seconds until something must answer."""
WEB_PROCESSES = 4
CELERY_PROCESSES = 8
WORKERS = 2
SETTINGS = {
    "DEMO": "false",
    # The staff sign in once and work for the whole drill.
    "SESSION_IDLE": "28800",
    "STEP_UP_LIFETIME": "28800",
    "LOG_FORMAT": "json",
    "OFFBLOCKS_READS_PER_SECOND": "500",
    "OFFBLOCKS_TOTAL_TIMEOUT": "10",
    # One person asks for more in a minute than others in a week.
    "OPERATIONS_PER_HOUR": "100000",
    "CLOSES_PER_HOUR": "100000",
    "SEND_LEASE": str(LEASE),
    "WORK_POLL_INTERVAL": "0.3",
}


@dataclass
class Stack:
    """Where everything of one stack is; its processes are the crew's."""

    engine: str
    folder: Path
    database: Sqlite | Postgres
    ports: Ports
    settings: dict[str, str]
    crew: Crew
    broker: Service | None = None
    celery: Service | None = None
    web: Service | None = None
    redis_port: int = 0
    wires: Path = field(init=False)

    def __post_init__(self) -> None:
        self.wires = self.folder / "wires"
        self.wires.mkdir(exist_ok=True)

    def serve(self) -> None:
        """Start the web, and what does the work; wait until they are there."""
        self.web = self._service("web", [*TRIPWIRE, "gunicorn", "backoffice.wsgi", *self._web()])
        self.crew.services = [self.web]
        self.crew.services += self._celery() if self.engine == "celery" else [self._workers()]
        self.crew.start()
        if not eventually(lambda: loopback.answers(self.ports.web, "/livez"), PATIENCE):
            raise Broken(f"The web does not answer; see {self.folder / 'web.log'}.")

    def run(self, *command: str, wired: bool = False) -> "subprocess.Popen[bytes]":
        """Start a management command."""
        words = [*TRIPWIRE, "manage"] if wired else [PYTHON, "manage.py"]
        with (self.folder / "commands.log").open("ab") as log:
            return subprocess.Popen(
                [*words, *command],
                cwd=ROOT,
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop_broker(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Take the broker away; it forgets every message."""
        assert self.broker is not None
        self.broker.is_wanted = False
        self.broker.kill(number)
        eventually(lambda: not listens(self.redis_port), PATIENCE)

    def start_broker(self) -> None:
        """Bring the broker back; the crew starts it."""
        assert self.broker is not None
        self.broker.is_wanted = True
        eventually(lambda: listens(self.redis_port), PATIENCE)

    def _web(self) -> list[str]:
        return [
            f"--bind=127.0.0.1:{self.ports.web}",
            *(f"--workers={WEB_PROCESSES}", "--worker-class=gthread", "--threads=4"),
            # A frozen process is not to be taken for a hanging one.
            *("--timeout=120", "--graceful-timeout=1", "--no-control-socket"),
        ]

    def _celery(self) -> list[Service]:
        self.redis_port = free_port()
        self.settings["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"
        options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        command = [redis_server(), "--port", str(self.redis_port), *options]
        self.broker = self._service("broker", command)
        worker = ["celery", "-A", "backoffice", "worker", "--beat", "--loglevel", "warning"]
        worker += ["-c", str(CELERY_PROCESSES), "-s", str(self.folder / "beat")]
        self.celery = self._service("celery", [*TRIPWIRE, *worker])
        return [self.broker, self.celery]

    def _workers(self) -> Service:
        return self._service("workers", [PYTHON, "-m", "tests.drill.flock", str(WORKERS)])

    def _service(self, name: str, command: list[str]) -> Service:
        return Service(name, command, self.settings, self.folder / f"{name}.log")


@contextmanager
def running(engine: str, folder: Path, database: Sqlite | Postgres, seed: Any) -> Iterator[Stack]:
    """Bring up database and sandbox, and give the stack; `seed` fills the sandbox's world before.

    This process becomes one of the stack's: Django is set up on the stack's database, migrated.
    Web and workers wait for `serve`.
    """
    directory = RunDirectory(folder)
    ports = Ports(web=free_port(), sandbox=free_port())
    crew = Crew()
    with ExitStack() as clean:
        clean.callback(database.stop)
        database.start()
        _make_secrets(directory)
        seed(directory)
        sandbox = _sandbox(directory, ports.sandbox)
        clean.callback(sandbox.stop)
        sandbox.start()
        if not eventually(lambda: loopback.answers(ports.sandbox, "/_sandbox/healthz"), PATIENCE):
            raise Broken(f"The sandbox does not answer; see {sandbox.log}.")
        settings = _settings(engine, directory, ports, database.url)
        stack = Stack(engine, directory.path, database, ports, settings, crew)
        settings["DRILL_WIRES"] = str(stack.wires)
        clean.callback(crew.stop)
        _become_part_of(settings)
        yield stack


def _make_secrets(directory: RunDirectory) -> None:
    directory.secret("secret_key", new_token)
    directory.secret("api_key", new_api_key)
    directory.secret("api_secret", new_token)
    files = [str(directory.file(keys.SIGNING_KEY)), str(directory.file(keys.SIGNING_PUBLIC_KEY))]
    subprocess.run([PYTHON, "-m", "launcher.signing_key", *files], cwd=ROOT, check=True)


def _sandbox(directory: RunDirectory, port: int) -> Service:
    command = [PYTHON, "-m", "sandbox", "--port", str(port), "--deployment-seconds", "0.5"]
    command += ["--db", str(directory.file("sandbox.sqlite3"))]
    log = directory.file("sandbox.log")
    return Service("sandbox", command, environment.of_sandbox(directory), log)


def _settings(engine: str, directory: RunDirectory, ports: Ports, url: str) -> dict[str, str]:
    ids = keys.exchange(directory, ports.sandbox)
    found = environment.of_django(directory, ports, ids) | SETTINGS | {"WORK_ENGINE": engine}
    for of_the_demo in ("DEMO_PASSWORD_FILE", "AUDIT_ANCHOR_KEY_FILE"):
        del found[of_the_demo]
    static = {"STATIC_ROOT": os.environ["DRILL_STATIC"]} if "DRILL_STATIC" in os.environ else {}
    return found | static | {"DATABASE_URL_FILE": str(directory.write("database_url", url))}


def _become_part_of(settings: dict[str, str]) -> None:
    os.environ.update(settings, DJANGO_SETTINGS_MODULE="backoffice.settings")
    import django  # noqa: PLC0415 -- the settings had to be made first
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
