"""Seeds shared out over processes, each with a ground of its own."""

import gc
import multiprocessing
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.simulation.ground import laid
from tests.simulation.run import Outcome, run

# fork: the children have the product imported and set up already.
CONTEXT: Any = multiprocessing.get_context("fork")


class Broke(Exception):
    """The simulator itself failed; the message holds its traceback."""


def outcomes(seeds: range, database: str, processes: int) -> Iterator[Outcome]:
    """Run the seeds and yield what came of each, in no order; logs only of those that failed.

    Closing it ends the processes after the seed each has in hand. Raises Broke.
    """
    done, found = CONTEXT.Value("i", 0), CONTEXT.Queue(maxsize=100)
    stopping = CONTEXT.Event()
    arguments = (seeds, database, done, found, stopping)
    workers = [CONTEXT.Process(target=_work, args=arguments) for _ in range(processes)]
    for worker in workers:
        worker.start()
    running = len(workers)
    try:
        while running:
            outcome = found.get()
            if isinstance(outcome, str):
                raise Broke(outcome)
            running -= outcome is None
            if outcome is not None:
                yield outcome
    finally:
        stopping.set()
        _drain(workers, found)


def _drain(workers: list[Any], found: Any) -> None:
    """Let the workers end: what they still have to say is not waited for by anybody."""
    while any(worker.is_alive() for worker in workers):
        while not found.empty():
            found.get()
        workers[0].join(0.05)
    for worker in workers:
        worker.join()


def _work(seeds: range, database: str, done: Any, found: Any, stopping: Any) -> None:
    try:
        with laid(database) as ground:
            # A seed leaves little in circles: looking for it all the time takes a tenth of a run.
            gc.freeze()
            gc.set_threshold(50_000, 20, 50)
            while (seed := _next(seeds, done)) is not None and not stopping.is_set():
                outcome = run(ground, seed)
                found.put(outcome if outcome.violation else replace(outcome, log=[]))
        found.put(None)
    except Exception:
        found.put(traceback.format_exc())


def _next(seeds: range, done: Any) -> int | None:
    with done.get_lock():
        number, done.value = done.value, done.value + 1
    return seeds[number] if number < len(seeds) else None
