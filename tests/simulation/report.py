"""What is printed: a failing seed with its last lines, and the table of what occurred."""

import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from accounts_app.services.catalogue import KINDS
from tests.simulation.faults import FAULTS
from tests.simulation.run import Outcome
from tests.simulation.steps import STEPS

Counts = Counter[tuple[str, str]]


def failure(outcome: Outcome, database: str, lines: int) -> str:
    """Say which seed broke which rule, what led there, and how to see all of it."""
    where = "" if database == "sqlite" else " --database ..."
    return "\n".join(
        [
            f"=== seed {outcome.seed} breaks {outcome.violation}",
            *outcome.log[-lines:],
            f"All of it: python -m tests.simulation --show {outcome.seed}{where}",
        ]
    )


def table(counts: Counts) -> str:
    """List what occurred how often, table by table; what should have and did not is marked."""
    rows = []
    every = sorted({*counts, *expected()})
    for name_of_table, found in groupby(every, key=lambda pair: pair[0]):
        rows.append(f"-- {name_of_table}")
        rows += [f"{counts[pair] or 'NEVER':>9}  {pair[1]}" for pair in found]
    return "\n".join(rows)


def expected() -> Iterator[tuple[str, str]]:
    """What some hundreds of seeds must bring about, or they prove little."""
    yield from (("fault", fault.name) for fault in FAULTS)
    yield from (("step", name) for name in STEPS)
    for kind in KINDS.values():
        yield "asked", kind.name
        ends = ["succeeded", "failed", "stale"]
        ends += ["not_applied", "uncertain"] if kind.build else []
        ends += ["rejected", "expired", "cancelled"] if kind.needs_checker else []
        yield from (("state", f"{kind.name} {end}") for end in ends)


def sum_of(number: int, wanted: int, failures: int, began: float, database: str) -> str:
    """Say how many seeds were played since a time of the monotonic clock, how fast, and how."""
    took = time.monotonic() - began
    done = f"{number} of {wanted} seeds on {name(database)} in {took:.0f} s"
    return f"{done}, {number / took:.1f} a second: {failures} failed"


def name(database: str) -> str:
    """Name a database without its address, which may hold a password."""
    return database.partition(":")[0]
