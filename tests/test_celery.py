"""Celery as the engine: a real broker, a real worker process, and the same work."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path

import pytest
import redis
from django.db import connection

from accounts_app import conf
from accounts_app.models import Operation
from tests.factories import ask
from tests.processes import running

ROOT = Path(__file__).resolve().parent.parent
BROKER = "redis://127.0.0.1:6379/9"
CELERY = {"WORK_ENGINE": "celery", "CELERY_BROKER_URL": BROKER}
PATIENCE = 30  # seconds


def redis_listens() -> bool:
    """Whether something listens where Redis is expected."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", 6379)) == 0


pytestmark = [
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        not redis_listens() and "CI" not in os.environ,
        reason="No Redis on 127.0.0.1:6379: start one to run the Celery tests.",
    ),
]


@pytest.fixture
def worker(sandbox, settings, tmp_path) -> Iterator[subprocess.Popen]:
    """A Celery worker with its beat, on the test's own database and broker."""
    database = connection.settings_dict
    url = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    key = tmp_path / "signing.pem"
    key.write_text(settings.OFFBLOCKS_SIGNING_KEY.reveal())
    environment = os.environ | {
        "DATABASE_URL": url,
        "CELERY_BROKER_URL": BROKER,
        "WORK_ENGINE": "celery",
        "OFFBLOCKS_BASE_URL": settings.OFFBLOCKS_BASE_URL,
        "OFFBLOCKS_API_KEY": settings.OFFBLOCKS_API_KEY,
        "OFFBLOCKS_API_SECRET": settings.OFFBLOCKS_API_SECRET.reveal(),
        "OFFBLOCKS_SIGNING_KEY_FILE": str(key),
        "OFFBLOCKS_SIGNING_KEY_ID": settings.OFFBLOCKS_SIGNING_KEY_ID,
    }
    command = [sys.executable, "-m", "celery", "-A", "backoffice", "worker"]
    options = ["--beat", "--pool", "solo", "-s", str(tmp_path / "beat"), "--loglevel", "warning"]
    process = subprocess.Popen(
        [*command, *options], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=2
    )
    yield process
    process.terminate()
    process.wait(10)


def ended(operation: Operation) -> Operation:
    """Wait until the operation has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        operation.refresh_from_db()
        if not operation.is_open:
            return operation
        time.sleep(0.2)
    raise AssertionError(f"still {operation.state} after {PATIENCE} s")


def said_to_the_broker(until) -> list[str]:
    """Return every command that anybody gives the broker until something has come about."""
    with redis.Redis(db=9, socket_timeout=None).monitor() as monitor:
        said, waiting = [], True
        while waiting:
            said.append(str(monitor.next_command()["command"]))
            waiting = not until(said)
    return said


def test_s38_no_message_of_the_broker_holds_a_secret_or_anything_of_an_operation(
    programme, operator, worker, sandbox, settings
):
    operation = ask("deactivate", programme.account(), operator, reason="A canary of a reason")
    said = said_to_the_broker(lambda said: sum("run_due" in one for one in said) >= 3)
    ended(operation)
    key = settings.OFFBLOCKS_SIGNING_KEY.reveal().splitlines()[1]
    secrets = [
        settings.SECRET_KEY,
        sandbox.api_secret,
        key,
        conf.client()._transport._tokens.current(),
    ]
    personal = ["A canary of a reason", str(operation.key), str(operation.account_id)]
    personal.append(operation.customer.external_id)
    told = "\n".join(said)
    assert [one for one in (*secrets, *personal) if one in told] == []


def test_s56_the_workers_lines_are_json():
    command = ("-m", "celery", "-A", "backoffice", "worker", "--pool", "solo")
    with running(*command, **CELERY) as process:
        process.wait_for("ready", PATIENCE)
    # Root, and nobody else, is warned before anything of ours is asked how to log.
    lines = list(dropwhile(lambda line: not line.startswith("{"), process.said.splitlines()))
    assert "ready" in "".join(lines)
    assert all(json.loads(line)["level"] for line in lines)


def test_the_beat_finds_what_nobody_woke_it_for(programme, operator, worker):
    operation = ask("deactivate", programme.account(), operator)
    assert ended(operation).state == Operation.State.SUCCEEDED
    assert operation.attempts.count() == 1
