"""Spoiled bodies at gunicorn over sockets: a plain answer to each, and no memory or time lost."""

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from accounts_app.models import WebhookEvent
from tests import processes
from tests.fuzz import CASES, SEED
from tests.fuzz.line import PATIENCE, Line
from tests.fuzz.requests import made
from tests.webhooks.served import PROOF

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PLAIN = {200, 400, 401, 413, 415}
LINES = 4
# What a worker may grow by once it is warm, in megabytes: buffers of large bodies, not more.
GROWTH = 48
LONGEST = PATIENCE  # seconds for one answer, on a machine that has more to do


def memory_of(server: processes.Process) -> float:
    """Return the resident megabytes of the server's workers, the largest of them."""
    parent = server.popen.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    pages = [int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in children]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def throw(port: int, seed: int, number: int) -> tuple[Counter[int], float]:
    """Send so many requests over one connection; return their statuses and the longest wait."""
    chance, line = random.Random(seed), Line(port)  # noqa: S311 -- repeatable, no secret
    statuses = Counter(line.status_of(made(chance)) for _ in range(number))
    line.close()
    return statuses, line.slowest


def volley(port: int, seed: int, number: int) -> tuple[Counter[int], float]:
    """Send so many requests over all lines at once."""
    with ThreadPoolExecutor(LINES) as threads:
        jobs = [threads.submit(throw, port, seed + n, number // LINES) for n in range(LINES)]
        results = [job.result() for job in jobs]
    return sum((found for found, _ in results), Counter()), max(longest for _, longest in results)


def test_every_body_has_a_plain_answer_within_bounds(capsys):
    began = time.monotonic()
    with processes.web(**PROOF, LOG_FORMAT="json", REFUSED_PER_SECOND="1000000") as (server, port):
        warming, _ = volley(port, 1000 * SEED, CASES // 10)
        before = memory_of(server)
        statuses, longest = volley(port, 1000 * SEED + 100, CASES - CASES // 10)
        after = memory_of(server)
        assert "Traceback" not in server.said
    statuses += warming
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(
            f"\n{statuses.total()} bodies on {connection.vendor} in {seconds:.0f} s: "
            f"{dict(statuses.most_common())}, longest {longest:.2f} s, "
            f"worker {before:.0f} -> {after:.0f} MB"
        )
    assert set(statuses) <= PLAIN
    assert statuses[200] > 0
    # More than that where a connection broke after the answer was given, and it was sent again.
    assert sum(WebhookEvent.objects.values_list("deliveries", flat=True)) >= statuses[200]
    assert longest < LONGEST
    assert after - before < GROWTH
