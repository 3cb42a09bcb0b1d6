"""What the benchmarks stand on: databases, servers and keys, each made when first asked for."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import psycopg

from launcher import environment, keys
from launcher.keys import KeyIds
from launcher.preflight import Ports
from launcher.run_directory import RunDirectory, new_api_key, new_token
from launcher.supervisor import ROOT
from sandbox.mint import Mint
from sandbox.store import Store
from sandbox.webhook_signing import WebhookSigner
from tests.bench import world
from tests.bench.baseline.inserting_urls import TABLE
from tests.bench.databases import Server, address
from tests.bench.scale import Scale
from tests.bench.visiting import Visitor
from tests.drill.crew import Broken, Service, eventually, free_port, listens

PYTHON = sys.executable
WEB = ("--worker-class=gthread", "--threads=4", "--no-control-socket", "--log-level=warning")
WSGI = "django.core.wsgi:get_wsgi_application()"
BARE = "tests.bench.baseline.inserting"
PATIENCE = 60.0
# More accounts than this are counted by the schedule (accounts_app/services/census.py).
COUNTED_LIVE = 20_000
COMPLAINTS = ('"level": "error"', '"level": "critical"', "Traceback")
SETTINGS = {
    "DEMO": "false",
    # Who looks at pages signs in once.
    "SESSION_IDLE": "28800",
    "STEP_UP_LIFETIME": "28800",
    "LOG_FORMAT": "json",
    "OFFBLOCKS_READS_PER_SECOND": "10000",
}


@dataclass
class Stand:
    """Everything that was started, to be taken down at the end of the block."""

    scale: Scale
    say: Callable[[str], None]
    server: Server = field(default_factory=lambda: Server(address()))
    services: list[Service] = field(default_factory=list)
    _clean: ExitStack = field(default_factory=ExitStack)
    _kept: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        folder = self._clean.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        self.directory = RunDirectory(Path(folder))
        self._clean.callback(self.server.drop_all)
        self._make_keys()
        return self

    def __exit__(self, *_error: object) -> None:
        # Each takes a while: all at once, then, but for the broker, which others leave in order.
        for service in self.services:
            if service.name != "redis":
                service.ask_to_end()
        self._clean.close()

    @cached_property
    def signer(self) -> WebhookSigner:
        """The provider's key, by which deliveries are believed."""
        return WebhookSigner(Mint(Store(":memory:"), seed=1))

    @cached_property
    def template(self) -> str:
        """A database with our tables, the people, and the table of the bare insert view."""
        url = self.server.create("template")
        self.manage(url, "migrate", "--verbosity=0")
        self.sessions = json.loads(self.python(url, "-m", "tests.bench.people"))
        with psycopg.connect(url) as connection:
            connection.execute(TABLE)
        return url

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what this name was made as, making it the first time; it may be a context."""
        if name not in self._kept:
            made = make()
            is_context = isinstance(made, AbstractContextManager)
            self._kept[name] = self._clean.enter_context(made) if is_context else made
        return self._kept[name]

    def visitors(self) -> tuple[Visitor, Visitor]:
        """Return somebody who looks at the small programme, and somebody at the large one."""
        return self.visitor(self.few), self.visitor(self.many)

    def visitor(self, url: str) -> Visitor:
        """Return somebody who looks at the pages of this database."""
        return self.once(f"visitor {url}", lambda: self._visitor(url))  # type: ignore[no-any-return]

    def _visitor(self, url: str) -> Visitor:
        return Visitor(self.serve(url, "tests.bench.settings"), self.sessions["approver"])

    def empty(self, name: str) -> str:
        """Return a new database with our tables and no rows."""
        return self.server.create(name, template=self.template)

    @cached_property
    def few(self) -> str:
        """The small programme's database."""
        return self._world(self.scale.few, self._whole)

    @cached_property
    def many(self) -> str:
        """The large programme's database."""
        return self._world(self.scale.many, self._whole)

    @cached_property
    def most(self) -> str:
        """The largest programme's database: customers and accounts alone."""
        return self._world(self.scale.most, world.fill_lists)

    def _whole(self, url: str, size: int) -> None:
        world.fill(url, size, self.scale.history)

    def _world(self, size: int, fill: Callable[[str, int], None]) -> str:
        self.say(f"Writing a programme of {size:,} accounts ...")
        url = self.empty(f"of_{size}")
        fill(url, size)
        if size > COUNTED_LIVE:
            self.python(url, "-m", "tests.bench.people", "--census")
        return url

    def serve(
        self,
        url: str,
        settings: str = "backoffice.settings",
        app: str = "",
        port: int = 0,
        **changes: str,
    ) -> int:
        """Serve a database with gunicorn; return the port."""
        port = port or free_port()
        told = self.settings(url) | {"DJANGO_SETTINGS_MODULE": settings} | changes
        command = [PYTHON, "-m", "gunicorn", app or "backoffice.wsgi", f"--bind=127.0.0.1:{port}"]
        self.start("web", [*command, *WEB, f"--workers={self.scale.web}"], told)
        if not eventually(lambda: listens(port), PATIENCE):
            raise Broken(f"gunicorn does not answer:\n{self._said('web')}")
        return port

    def start(self, name: str, command: list[str], told: dict[str, str]) -> Service:
        """Start a process that ends with the block."""
        service = Service(name, command, told, self.directory.file(f"{name}.log"))
        self._clean.callback(service.stop)
        service.start()
        self.services.append(service)
        return service

    def services_of(self, url: str) -> list[Service]:
        """Return what was started to work on this database."""
        return [one for one in self.services if one.environment.get("DATABASE_URL") == url]

    def complaints(self) -> int:
        """Count the errors in what web and engines have said so far."""
        files = [self.directory.file(f"{name}.log") for name in ("web", "engine")]
        said = "".join(file.read_text() for file in files if file.exists())
        return sum(said.count(complaint) for complaint in COMPLAINTS)

    def manage(self, url: str, *command: str, **changes: str) -> None:
        """Run a management command to its end."""
        self.python(url, "manage.py", *command, **changes)

    def settings(self, url: str) -> dict[str, str]:
        """Return the environment of a process that works on this database."""
        ports = Ports(web=1, sandbox=1)
        ids = KeyIds(signing="bench", webhook=self.signer.key_id)
        found = environment.of_django(self.directory, ports, ids) | SETTINGS
        for name in ("DEMO_PASSWORD_FILE", "AUDIT_ANCHOR_KEY_FILE", "DATABASE_URL_FILE"):
            del found[name]
        return found | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}

    def job(self, url: str, name: str, argument: object, **changes: str) -> dict[str, float]:
        """Do a job of tests/bench/jobs.py on this database; return what it took."""
        told = self.python(url, "-m", "tests.bench.jobs", name, str(argument), **changes)
        return json.loads(told)  # type: ignore[no-any-return]

    def python(self, url: str, *command: str, **changes: str) -> str:
        """Run a program on this database to its end; return what it printed."""
        done = subprocess.run(
            [PYTHON, *command],
            cwd=ROOT,
            env=self.settings(url) | changes,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Broken(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _make_keys(self) -> None:
        self.directory.secret("secret_key", new_token)
        self.directory.secret("api_key", new_api_key)
        self.directory.secret("api_secret", new_token)
        self.directory.write(keys.WEBHOOK_PUBLIC_KEY, self.signer.public_key)
        names = (keys.SIGNING_KEY, keys.SIGNING_PUBLIC_KEY)
        files = [str(self.directory.file(name)) for name in names]
        subprocess.run([PYTHON, "-m", "launcher.signing_key", *files], cwd=ROOT, check=True)

    def _said(self, name: str) -> str:
        return self.directory.file(f"{name}.log").read_text()[-2000:]


def load() -> str:
    """Return how busy the machine is, as its operating system says."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())
