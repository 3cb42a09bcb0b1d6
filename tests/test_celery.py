"""Celery as the engine: a real broker, a real worker process, and the same work."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from accounts_app.models import Operation
from tests.factories import ask

ROOT = Path(__file__).resolve().parent.parent
BROKER = "redis://127.0.0.1:6379/9"
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


def test_the_beat_finds_what_nobody_woke_it_for(programme, operator, worker):
    operation = ask("deactivate", programme.account(), operator)
    assert ended(operation).state == Operation.State.SUCCEEDED
    assert operation.attempts.count() == 1
