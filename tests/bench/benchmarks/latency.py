"""How long after a change at the provider the mirror shows it, on a system with nothing else to do.

From the change to the row: the delivery and the sandbox's answer, a few milliseconds, are in it.
"""

import time
from collections.abc import Iterator
from functools import partial

from tests.bench.figures import Comparison, Taken, Target
from tests.bench.live import ENGINES, Live, at_work
from tests.bench.load import percentile
from tests.bench.stand import Stand
from tests.drill.crew import eventually

LONGEST = 30.0
HELD = "SELECT 1 FROM accounts_app_customer WHERE id = %s AND status = %s"


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold it for both engines."""
    for engine in ENGINES:
        yield Comparison(
            f"event to mirror, {engine}",
            partial(_measure, stand, engine),
            (
                Target("p95", "s", at_most=1, is_ratio=False),
                Target("median", "s", is_ratio=False),
            ),
            warm_up="the first change",
            once=True,
        )


def _measure(stand: Stand, engine: str) -> Taken:
    live = at_work(stand, engine)
    number = str(live.sandbox.world.add_customer()["id"])
    live.at_rest()
    waits = [_wait(live, number, turn) for turn in range(stand.scale.changes + 1)][1:]
    failures = sum(wait > LONGEST for wait in waits)
    return Taken({"p95": percentile(waits, 95), "median": percentile(waits, 50)}, failures)


def _wait(live: Live, number: str, turn: int) -> float:
    """Change the customer and wait until the mirror shows it; return the seconds."""
    status = "active" if turn % 2 else "inactive"
    # So that changes do not keep step with the engine's looks.
    time.sleep(0.13 * (turn % 7))
    began = time.perf_counter()
    live.sandbox.world.change("customer", number, status)
    eventually(lambda: bool(live.ask(HELD, number, status)), LONGEST + 1, interval=0.01)
    return time.perf_counter() - began
