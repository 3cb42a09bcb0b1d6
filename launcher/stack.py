"""`make run`: brings up sandbox, web and worker in order, seeds the programme, and stays."""

import os
from collections.abc import Sequence
from typing import NoReturn

from launcher import environment, installation, keys, loopback, preflight, static_files
from launcher.errors import CannotStart, ProcessDied
from launcher.installation import PYTHON
from launcher.journal import Journal
from launcher.preflight import HOST, Ports
from launcher.printing import Screen
from launcher.run_directory import RunDirectory, new_api_key, new_password, new_token
from launcher.supervisor import ROOT, Supervisor

LOGINS = ("viewer", "operator", "approver", "auditor")
SANDBOX_SEED = "1"
SECONDS_TO_ANSWER = 30.0

BANNER = """
  The back-office is running.

    Back-office     {url}/admin/
    Owner's wallet  {sandbox_url}/wallet
    Sign in as      {logins}
    Password        {password}   (the same for all four)

  Everything it keeps is in {folder}. Ctrl-C stops everything.
"""


def run() -> NoReturn:
    """Run the whole stack in the foreground until it is told to stop."""
    screen = Screen()
    supervisor = Supervisor(screen.say)
    run_directory = RunDirectory(ROOT / os.environ.get("RUN_DIR", ".run"))
    with (
        run_directory.locked(),
        Journal(run_directory.file("services.log"), screen) as journal,
        supervisor.on_duty(),
    ):
        ports = preflight.read_ports(os.environ)
        preflight.require_free_ports(ports)
        installation.ensure(supervisor, run_directory, installation.RUNTIME, screen.say)
        stack = Stack(supervisor, journal, run_directory, ports)
        try:
            stack.start()
        except (CannotStart, ProcessDied):
            journal.show_held()
            raise
        with run_directory.ready_note(stack.note()):
            screen.print(stack.banner())
            journal.show()
            supervisor.watch()


class Stack:
    """The processes of one run, in the order in which they need each other."""

    def __init__(
        self, supervisor: Supervisor, journal: Journal, run_directory: RunDirectory, ports: Ports
    ) -> None:
        self._supervisor = supervisor
        self._journal = journal
        self._run_directory = run_directory
        self._ports = ports
        self._django: dict[str, str] = {}
        self._url = f"http://{HOST}:{ports.web}"
        self._sandbox_url = f"http://{HOST}:{ports.sandbox}"

    def start(self) -> None:
        """Start everything; the second time it finds its secrets, its data and its programme."""
        self._make_secrets()
        self._start_sandbox()
        self._exchange_keys()
        self._prepare_django()
        self._start_web()
        self._start_worker()
        self._manage("seed", "subscribe_webhooks", "seed_demo")

    def note(self) -> dict[str, object]:
        """Say for machines where everything is."""
        return {
            "url": self._url,
            "sandbox_url": self._sandbox_url,
            "logins": list(LOGINS),
            "password_file": str(self._run_directory.file("demo_password")),
        }

    def banner(self) -> str:
        """Say for people where everything is."""
        return BANNER.format(
            url=self._url,
            sandbox_url=self._sandbox_url,
            logins=", ".join(LOGINS),
            password=self._run_directory.file("demo_password").read_text(),
            folder=self._run_directory.path,
        )

    def _make_secrets(self) -> None:
        keep = self._run_directory.secret
        keep("secret_key", new_token)
        keep("api_key", new_api_key)
        keep("api_secret", new_token)
        keep("demo_password", new_password)
        private = self._run_directory.file(keys.SIGNING_KEY)
        public = self._run_directory.file(keys.SIGNING_PUBLIC_KEY)
        if not private.exists():
            command = [str(PYTHON), "-m", "launcher.signing_key", str(private), str(public)]
            self._supervisor.require("setup", command, environment.base())
        anchor = self._run_directory.file(keys.ANCHOR_KEY)
        if not anchor.exists():
            command = [str(PYTHON), "-m", "launcher.anchor_key", str(anchor)]
            self._supervisor.require("setup", command, environment.base())

    def _start_sandbox(self) -> None:
        database = self._run_directory.file("sandbox.sqlite3")
        command = ["-m", "sandbox", "--port", str(self._ports.sandbox)]
        command += ["--db", str(database), "--seed", SANDBOX_SEED]
        self._serve("sandbox", command, environment.of_sandbox(self._run_directory))
        self._wait_for("sandbox", self._ports.sandbox, "/_sandbox/healthz")

    def _exchange_keys(self) -> None:
        ids = keys.exchange(self._run_directory, self._ports.sandbox)
        self._django = environment.of_django(self._run_directory, self._ports, ids)

    def _prepare_django(self) -> None:
        commands = ["migrate --noinput --verbosity=0"]
        if static_files.are_collected(self._run_directory):
            self._manage("setup", *commands)
            return
        self._manage("setup", *commands, "collectstatic --noinput --clear --verbosity=0")
        static_files.mark_collected(self._run_directory)

    def _start_web(self) -> None:
        command = ["-m", "gunicorn", "backoffice.wsgi", f"--bind={HOST}:{self._ports.web}"]
        command += ["--workers=1", "--worker-class=gthread", "--threads=8"]
        command += ["--graceful-timeout=3", "--log-level=warning", "--no-control-socket"]
        self._serve("web", command, self._django)
        self._wait_for("web", self._ports.web, "/livez")

    def _start_worker(self) -> None:
        self._serve("worker", ["manage.py", "run_worker"], self._django)

    def _serve(self, name: str, command: Sequence[str], settings: dict[str, str]) -> None:
        self._supervisor.start(name, [str(PYTHON), *command], settings, self._journal.say)

    def _manage(self, name: str, *lines: str) -> None:
        command = [str(PYTHON), "-m", "launcher.management", *lines]
        self._supervisor.require(name, command, self._django)

    def _wait_for(self, name: str, port: int, path: str) -> None:
        self._supervisor.wait_for(
            lambda: loopback.answers(port, path),
            SECONDS_TO_ANSWER,
            f"The {name} process does not answer on port {port}; its lines above say more.",
        )
