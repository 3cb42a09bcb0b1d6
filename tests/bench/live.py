"""A whole programme at work: the sandbox in this process, web and engine beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from launcher import keys
from launcher.run_directory import RunDirectory
from sandbox.server import Sandbox
from tests.bench.stand import PYTHON, Stand
from tests.drill.crew import Broken, eventually, free_port, listens
from tests.drill.places import redis_server

ENGINES = ("inline", "celery")
PATIENCE = 120.0
"""Seconds until what was told has been looked into."""
HELD = {
    "customer": "SELECT id::text, status FROM accounts_app_customer",
    "account": "SELECT id::text, status FROM accounts_app_account",
}
PENDING = "SELECT count(*) FROM accounts_app_webhookevent WHERE state = 'pending'"


@dataclass
class Live:
    """The sandbox, where deliveries go, and the database they end in."""

    sandbox: Sandbox
    web: int
    url: str

    def at_rest(self) -> bool:
        """Wait until every event was delivered and looked into; false when that takes too long."""
        return self.sandbox.deliveries.wait_until_idle(PATIENCE) and eventually(
            lambda: self.ask(PENDING) == [(0,)], PATIENCE
        )

    def ask(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        """Ask the database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def stale(self, kind: str) -> int:
        """Count the entities of a kind whose status in the mirror is not the provider's."""
        held = dict(self.ask(HELD[kind]))
        told = {one["id"]: one["status"] for one in self.sandbox.world.snapshot()[kind]}
        return sum(held.get(number) != status for number, status in told.items())


def at_work(stand: Stand, engine: str) -> Live:
    """Return the programme of an engine at rest and without faults, starting it the first time."""
    live: Live = stand.once(f"live {engine}", lambda: _started(stand, engine))
    live.sandbox.faults.clear()
    live.at_rest()
    return live


@contextmanager
def _started(stand: Stand, engine: str) -> Iterator[Live]:
    url = stand.empty(f"live_{engine}")
    with Sandbox(seed=1, **secrets_of(stand)) as sandbox:
        told = _settings(stand, sandbox, engine)
        port = int(told["PUBLIC_URL"].rpartition(":")[2])
        web = stand.serve(url, "tests.bench.pages", port=port, **told)
        stand.manage(url, "subscribe_webhooks", **told)
        _start(stand, engine, url, told)
        yield Live(sandbox, web, url)


def secrets_of(stand: Stand) -> dict[str, str]:
    """Return the credentials that a sandbox of this stand must accept."""
    return {name: stand.directory.file(name).read_text() for name in ("api_key", "api_secret")}


def introduced(stand: Stand, port: int) -> dict[str, str]:
    """Exchange keys with the sandbox at this port; return the settings that lead to it."""
    # Of its own: the other benchmarks go on believing the stand's key.
    directory = RunDirectory(stand.directory.path / f"live-{port}")
    for name in ("api_key", "api_secret", keys.SIGNING_PUBLIC_KEY):
        directory.write(name, stand.directory.file(name).read_text())
    ids = keys.exchange(directory, port)
    return {
        "OFFBLOCKS_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "OFFBLOCKS_SIGNING_KEY_ID": ids.signing,
        "OFFBLOCKS_WEBHOOK_KEY_ID": ids.webhook,
        "OFFBLOCKS_WEBHOOK_PUBLIC_KEY_FILE": str(directory.file(keys.WEBHOOK_PUBLIC_KEY)),
    }


def _settings(stand: Stand, sandbox: Sandbox, engine: str) -> dict[str, str]:
    told = introduced(stand, int(sandbox.root_url.rpartition(":")[2]))
    told |= {"PUBLIC_URL": f"http://127.0.0.1:{free_port()}", "WORK_ENGINE": engine}
    if engine == "celery":
        told["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{_redis(stand)}/0"
    return told


def _redis(stand: Stand) -> int:
    port = free_port()
    options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    stand.start("redis", [redis_server(), "--port", str(port), *options], {})
    if not eventually(lambda: listens(port), PATIENCE):
        raise Broken("redis-server does not answer.")
    return port


def _start(stand: Stand, engine: str, url: str, told: dict[str, str]) -> None:
    commands = {
        "inline": ["manage.py", "run_worker"],
        "celery": [
            *("-m", "celery", "-A", "backoffice", "worker", "--beat", "-c", "2"),
            *("--loglevel", "warning", "-s", str(stand.directory.file(f"beat-{free_port()}"))),
        ],
    }
    stand.start("engine", [PYTHON, *commands[engine]], stand.settings(url) | told)
