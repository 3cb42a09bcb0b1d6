"""The command line: seeds shared out over processes, and what is printed of them."""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from tests.simulation import report
from tests.simulation.ground import laid
from tests.simulation.run import Outcome, run

CHUNK = 25
SHOWN_LINES = 40


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 1 when an invariant broke."""
    options = parser().parse_args(arguments)
    if options.show is not None:
        return _show(options.show, options.database)
    seeds = range(options.first, options.first + options.seeds)
    began, counts, failures = time.monotonic(), Counter[tuple[str, str]](), 0
    for outcome in _outcomes(seeds, options):
        counts += outcome.counts
        if outcome.violation:
            failures += 1
            print(report.failure(outcome, options.database, SHOWN_LINES), flush=True)
            if failures >= options.failures:
                break
    took = time.monotonic() - began
    print(report.table(counts))
    speed = len(seeds) / took
    print(f"{len(seeds)} seeds in {took:.0f} s: {speed:.1f} a second, {failures} failed")
    return 1 if failures else 0


def parser() -> argparse.ArgumentParser:
    """The options there are."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    add = parser.add_argument
    add("--seeds", type=int, default=500)
    add("--first", type=int, default=1)
    add("--processes", type=int, default=2)
    add("--database", default="sqlite", help="sqlite, or the address of a PostgreSQL database")
    add("--failures", type=int, default=5, help="stop after this many")
    add("--show", type=int, metavar="SEED", help="print the whole log of one seed")
    return parser


def _show(seed: int, database: str) -> int:
    with laid(database) as ground:
        outcome = run(ground, seed)
    print("\n".join(outcome.log))
    return 1 if outcome.violation else 0


def _outcomes(seeds: range, options: argparse.Namespace) -> Iterator[Outcome]:
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    shared = multiprocessing.Value("i", 0)
    context = multiprocessing.get_context("fork")
    queue = context.Queue(maxsize=100)
    workers = [
        context.Process(target=_work, args=(chunks, shared, queue, options.database), daemon=True)
        for _ in range(options.processes)
    ]
    for worker in workers:
        worker.start()
    ended = 0
    while ended < len(workers):
        outcome = queue.get()
        if isinstance(outcome, Outcome):
            yield outcome
        elif outcome is None:
            ended += 1
        else:
            sys.exit(outcome)


def _work(chunks, shared, queue, database) -> None:  # type: ignore[no-untyped-def]
    import traceback  # noqa: PLC0415

    seed = 0
    try:
        with laid(database) as ground:
            while True:
                with shared.get_lock():
                    number, shared.value = shared.value, shared.value + 1
                if number >= len(chunks):
                    break
                for seed in chunks[number]:
                    queue.put(run(ground, seed))
        queue.put(None)
    except Exception:
        queue.put(f"seed {seed} broke the simulator:\n{traceback.format_exc()}")


__all__ = ["main", "partial"]
