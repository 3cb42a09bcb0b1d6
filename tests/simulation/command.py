"""The command line: what may be asked for, and what is printed of it."""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from tests.simulation import report, workers
from tests.simulation.ground import laid
from tests.simulation.run import Outcome, run

SHOWN_LINES = 40
EVERY = 1000  # seeds


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; return 1 when an invariant broke."""
    options = parser().parse_args(arguments)
    if options.show is not None:
        return _show(options.show, options.database)
    seeds = range(options.first, options.first + options.seeds)
    databases = [options.database, *([options.compare] if options.compare else [])]
    digests: dict[int, set[str]] = {}
    failures = 0
    for database in databases:
        with closing(workers.outcomes(seeds, database, options.processes)) as found:
            noted = _noted(found, digests)
            failures += _report(noted, database, len(seeds), options.failures)
    return 1 if failures or _differ(digests) else 0


def parser() -> argparse.ArgumentParser:
    """Return the options there are."""
    made = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    add = made.add_argument
    add("--seeds", type=int, default=500)
    add("--first", type=int, default=1)
    add("--processes", type=int, default=2)
    add("--database", default="sqlite", help="sqlite, or the address of a PostgreSQL server's")
    add("--compare", help="run everything on this database too: both must end the same (I25)")
    add("--failures", type=int, default=5, help="stop after this many")
    add("--show", type=int, metavar="SEED", help="print the whole log of one seed")
    return made


def _show(seed: int, database: str) -> int:
    with laid(database) as ground:
        outcome = run(ground, seed)
    print("\n".join(outcome.log))
    return 1 if outcome.violation else 0


def _noted(found: Iterable[Outcome], digests: dict[int, set[str]]) -> Iterator[Outcome]:
    for outcome in found:
        digests.setdefault(outcome.seed, set()).add(outcome.digest)
        yield outcome


def _report(found: Iterable[Outcome], database: str, wanted: int, most: int) -> int:
    """Print failures as they come, then the table; return how many seeds failed."""
    began, number, failures = time.monotonic(), 0, 0
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in found:
        number, counts = number + 1, counts + outcome.counts
        if outcome.violation:
            failures += 1
            print(report.failure(outcome, database, SHOWN_LINES), flush=True)
        if number % EVERY == 0 and number < wanted:
            print(report.sum_of(number, wanted, failures, began, database), flush=True)
        if failures >= most:
            break
    print(report.table(counts))
    print(report.sum_of(number, wanted, failures, began, database), flush=True)
    return failures


def _differ(digests: dict[int, set[str]]) -> bool:
    """I25: the same seed ends the same on every database it ran on."""
    different = sorted(seed for seed, found in digests.items() if len(found) > 1)
    if different:
        print(f"I25: these seeds end differently on the two databases: {different}")
    return bool(different)
