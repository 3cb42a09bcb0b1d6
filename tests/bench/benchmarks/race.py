"""Customers change again and again while answers are slow, and events come twice and shuffled.

The mirror has to end as the provider is: none stale.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox.server import Sandbox
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.live import ENGINES, at_work
from tests.bench.stand import Stand

CHANGES = 5
APART = 0.04
"""Seconds between two changes of one customer."""
ANSWERS = (0.02, 0.1)
"""Seconds a read is answered after."""
AT_ONCE = 8
SHUFFLED = 0.2
"""Seconds within which events change places."""
NONE_STALE = (Target("stale", "customers", at_most=0, is_ratio=False),)


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold it for both engines."""
    for engine in ENGINES:
        name = f"race of {stand.scale.racers} customers, {engine}"
        yield Comparison(name, partial(_race, stand, engine), NONE_STALE, warm_up="", once=True)


def _race(stand: Stand, engine: str) -> Taken:
    live = at_work(stand, engine)
    numbers = [str(live.sandbox.world.add_customer()["id"]) for _ in range(stand.scale.racers)]
    live.at_rest()
    _make_trouble(live.sandbox, CHANGES * len(numbers))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(partial(_change, live.sandbox), numbers))
    failures = 0 if live.at_rest() else 1
    return Taken({"stale": live.stale("customer")}, failures)


def _make_trouble(sandbox: Sandbox, number: int) -> None:
    """Let each read be slow in its own way, every other event come twice, the rest out of order."""
    dice = random.Random(7)  # noqa: S311 -- to be repeated
    for place in range(number):
        sandbox.faults.add(action="delay", operation="getCustomer", seconds=dice.uniform(*ANSWERS))
        if place % 2:
            sandbox.faults.add(action="duplicate", webhook="customer.updated")
        else:
            wait = dice.uniform(0, SHUFFLED)
            sandbox.faults.add(action="delay", webhook="customer.updated", seconds=wait)


def _change(sandbox: Sandbox, number: str) -> None:
    for turn in range(CHANGES):
        sandbox.world.change("customer", number, "active" if turn % 2 else "inactive")
        time.sleep(APART)
