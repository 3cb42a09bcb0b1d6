"""`python -m tests.bench.jobs JOB ARGUMENT`: one job in a process of its own; tells what it took.

What is printed is JSON: entries or rows (`number`), how many of them are not as they must be
(`failures`), seconds by the clock and of the processor, and the most memory the process held, in
megabytes.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django

from tests.bench.baseline import bulk, parsing

Took = dict[str, float]
MEGABYTE = 1024  # kilobytes, as the kernel counts


def sync(size: str) -> Took:
    """Fill an empty mirror; each entry makes its row and a snapshot."""
    from accounts_app.services import sync  # noqa: PLC0415 -- needs set up settings

    tally = sync.run(_silent)
    created = sum(outcomes["created"] for outcomes in tally.outcomes.values())
    return {"number": 2 * created, "failures": abs(created - int(size))}


def comparison(size: str) -> Took:
    """Compare the mirror with the provider, which must tell the same."""
    from accounts_app.models import Reconciliation  # noqa: PLC0415
    from accounts_app.reconciliation import run  # noqa: PLC0415

    made = run.run(Reconciliation.Trigger.COMMAND, apply=False)
    listed = sum(counts["listed"] for counts in made.counts.values())
    is_equal = made.state == Reconciliation.State.EQUAL
    return {"number": listed, "failures": abs(listed - int(size)) + (not is_equal)}


def anew(size: str) -> Took:
    """Compare as after a release that reads entries in another way: each is read and checked."""
    from accounts_app import representations  # noqa: PLC0415

    representations.READING = b"another"
    return comparison(size)


def shapes(size: str) -> Took:
    """Read the lists as the comparison does, and throw each entry away."""
    from accounts_app import conf  # noqa: PLC0415

    client = conf.client()
    reads = (client.each_customer, client.each_account, client.each_card)
    number = sum(1 for read in reads for _ in read().value)
    return {"number": number, "failures": abs(number - int(size))}


def parse(size: str) -> Took:
    """Read the same bytes with nothing of ours."""
    base = os.environ["OFFBLOCKS_BASE_URL"]
    number = sum(parsing.parse(f"{base}/{name}") for name in ("customers", "accounts", "cards"))
    return {"number": number, "failures": abs(number - int(size))}


def insert(target: str) -> Took:
    """Write the rows that `sync` made into an empty database at once."""
    number, seconds = bulk.insert(target)
    return {"number": number, "failures": 0, "seconds": seconds}


JOBS: dict[str, Callable[[str], Took]] = {
    job.__name__: job for job in (sync, comparison, anew, shapes, parse, insert)
}


def _silent(items: Iterable[Any], _name: str) -> Iterable[Any]:
    return items


def _peak() -> float:
    """Return the most memory this process ever held.

    Of the program alone: what `getrusage` tells begins with what started it.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / MEGABYTE
    raise LookupError("the kernel does not tell")


def main(name: str, argument: str) -> None:
    """Do the job and print what it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    began = time.perf_counter(), time.process_time()
    took = JOBS[name](argument)
    clock, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    told = {"seconds": clock, "processor": processor, **took, "peak": _peak()}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
