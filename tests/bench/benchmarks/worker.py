"""Many due operations and four workers, beside what the sandbox itself can take.

Each operation is a change and two reads that prove it, of the account and of its cards: where the
sandbox is what everything waits for, a third of its changes a second is the most there is.
"""

import json
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg

from accounts_app.offblocks.signing import Signer
from launcher import environment, keys, loopback
from sandbox.server import Sandbox
from tests.bench import deliveries, load
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.live import introduced, secrets_of
from tests.bench.stand import PATIENCE, PYTHON, Stand
from tests.drill.crew import Broken, eventually, free_port, listens

WORKERS = 4
BARE = 5
"""Of so many operations there is one bare call."""
PER_CUSTOMER = 100
LONGEST = 1.0
"""Seconds that an operation may take on a machine that does everything else as well."""
IN_HAND = (
    "SELECT count(*) FROM accounts_app_operation "
    "WHERE state IN ('approved', 'sending', 'accepted', 'uncertain')"
)
TOOK = """
SELECT extract(epoch FROM max(ended_at) - (SELECT min(started_at) FROM accounts_app_attempt))
FROM accounts_app_operation
"""
ENDED = "SELECT key::text FROM accounts_app_operation WHERE state = 'succeeded'"
CHANGED = "SELECT key FROM ledger WHERE cause = 'api' AND operation_id = 'deactivateAccount'"


@dataclass(frozen=True)
class FarSide:
    """A sandbox in a process of its own: its file, its port, and active accounts in it."""

    file: Path
    port: int
    accounts: list[str]
    settings: dict[str, str]


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare how many changes a second there are; each operation must be done once."""
    number = stand.scale.operations
    yield Comparison(
        f"{number:,} due operations, {WORKERS} workers",
        partial(_work, stand, number),
        (
            Target("rate", "changes/s", at_least=0.5),
            Target("not once", "operations", at_most=0, is_ratio=False),
        ),
        "bare signed calls",
        partial(_call, stand, number),
        warm_up="",
        once=True,
    )


def _far_side(stand: Stand, number: int) -> FarSide:
    made = stand.once("far side", lambda: _started(stand, number + max(1, number // BARE)))
    assert isinstance(made, FarSide)
    return made


@contextmanager
def _started(stand: Stand, number: int) -> Iterator[FarSide]:
    """Fill the sandbox's file while nobody is subscribed, then serve it."""
    file, port = stand.directory.file("worker.sqlite3"), free_port()
    with Sandbox(db=str(file), seed=1, **secrets_of(stand)) as sandbox:
        accounts = list(_accounts(sandbox, number))
    command = [PYTHON, "-m", "sandbox", "--port", str(port), "--db", str(file)]
    stand.start("sandbox", command, environment.of_sandbox(stand.directory))
    if not eventually(lambda: listens(port), PATIENCE):
        raise Broken("The sandbox does not answer.")
    yield FarSide(file, port, accounts, introduced(stand, port))


def _accounts(sandbox: Sandbox, number: int) -> Iterator[str]:
    customer = ""
    for place in range(number):
        if place % PER_CUSTOMER == 0:
            customer = str(sandbox.world.add_customer()["id"])
        yield str(sandbox.world.add_account(customer)["id"])


def _work(stand: Stand, number: int) -> Taken:
    far, url = _far_side(stand, number), stand.empty("worker")
    stand.manage(url, "sync", **far.settings)
    asked = stand.directory.write("asked.json", json.dumps(far.accounts[:number]))
    stand.python(url, "-m", "tests.bench.due", str(asked), **far.settings)
    command = [PYTHON, "manage.py", "run_worker"]
    told = stand.settings(url) | far.settings
    workers = [stand.start("workers", command, told) for _ in range(WORKERS)]
    with psycopg.connect(url, autocommit=True) as connection:
        is_done = eventually(
            lambda: connection.execute(IN_HAND).fetchone() == (0,), PATIENCE + number * LONGEST
        )
        seconds = float(connection.execute(TOOK).fetchone()[0] or 0)  # type: ignore[index]
        ended = {key for (key,) in connection.execute(ENDED)}
    for worker in workers:
        worker.stop()
    wrong = number - sum(count == 1 for count in _effects(far, ended).values())
    figures = {"rate": len(ended) / seconds if seconds else 0.0, "not once": float(wrong)}
    return Taken(figures, 0 if is_done else 1)


def _effects(far: FarSide, ended: set[str]) -> Counter[str]:
    """Count, for each operation that succeeded, the changes that its key brought about."""
    with closing(sqlite3.connect(f"file:{far.file}?mode=ro", uri=True)) as ledger:
        return Counter(key for (key,) in ledger.execute(CHANGED) if key in ended)


def _call(stand: Stand, number: int) -> Taken:
    """Deactivate the accounts that no operation is about, signed beforehand."""
    far = _far_side(stand, number)
    directory = stand.directory
    signer = Signer(
        directory.file(keys.SIGNING_KEY).read_bytes(), far.settings["OFFBLOCKS_SIGNING_KEY_ID"]
    )
    names = {"apiKey": "api_key", "apiSecret": "api_secret"}
    credentials = {told: directory.file(name).read_text() for told, name in names.items()}
    token = loopback.call(far.port, "POST", "/v1/auth/token", credentials)["token"]
    calls = [_signed(signer, token, far.port, account) for account in far.accounts[number:]]
    return load.send_all(far.port, calls, expect=202)


def _signed(signer: Signer, token: str, port: int, account: str) -> bytes:
    path = f"/v1/accounts/{account}/deactivate"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    url = f"http://127.0.0.1:{port}{path}"
    told = signer.sign("PATCH", url, headers, b"", now=datetime.now(UTC))
    return deliveries.request(port, path, b"", told, "PATCH")
