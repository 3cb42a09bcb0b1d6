"""Deliveries for a long time at half of what the intake can take, while staff look at pages.

The provider changes an account all the while, and tells of it among the others.
"""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, cycle, islice

from tests.bench import load
from tests.bench.benchmarks.flood import make_accounts, requests
from tests.bench.benchmarks.lists import LIST
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.live import Live, at_work
from tests.bench.memory import Watch
from tests.bench.stand import Stand
from tests.bench.visiting import Clicker

ACCOUNTS = 100
SHARE = 0.5
TICK = 0.5
"""Seconds: what is due in them is sent at once."""
PARTS = 10
"""A soak of ten minutes has minutes, a shorter one as many parts."""
LAST = "SELECT coalesce(max(id), 0) FROM accounts_app_webhookevent"
KEPT = "SELECT count(*) FROM accounts_app_webhookevent WHERE id > %s AND event_id LIKE %s"


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold pace and memory, and that nothing was lost; every error counts as failed."""
    yield Comparison(
        f"soak of {stand.scale.soak} seconds",
        partial(_soak, stand),
        (
            # A little less than half: a tick that is late is not made up for.
            Target("rate", "events/s", at_least=0.45),
            Target("memory", "of the third part", at_most=1.05, is_ratio=False),
            Target("lost", "events", at_most=0, is_ratio=False),
            Target("stale", "accounts", at_most=0, is_ratio=False),
            Target("page p95", "ms", is_ratio=False),
        ),
        "the most it takes",
        partial(_most, stand),
        warm_up="the most it takes, and every page once",
        once=True,
    )


def _most(stand: Stand) -> Taken:
    """Return how many deliveries the same programme takes, measured before the soak."""
    return stand.once("most of the soak", lambda: _burst(stand))  # type: ignore[no-any-return]


def _burst(stand: Stand) -> Taken:
    live, number = at_work(stand, "inline"), stand.scale.deliveries
    about = list(islice(cycle(_accounts(stand, live)), number))
    return load.send_all(live.web, requests(live, about))


def _accounts(stand: Stand, live: Live) -> list[str]:
    return stand.once("soaked", lambda: make_accounts(live.sandbox, ACCOUNTS))  # type: ignore[no-any-return]


def _soak(stand: Stand) -> Taken:
    live, seconds = at_work(stand, "inline"), stand.scale.soak
    rate = SHARE * _most(stand).figures["rate"]
    accounts = _accounts(stand, live)
    addresses = [page.format(accounts[0]) for page in PAGES]
    clicker = Clicker(live.web, stand.sessions["approver"], addresses)
    failures = int(not live.at_rest())
    failures += clicker.click(time.monotonic(), pause=0).failures - stand.complaints()
    ((last,),) = live.ask(LAST)
    mark = uuid.uuid4().hex[:8]
    services = stand.services_of(live.url)
    with Watch(services, seconds / PARTS) as watch, ThreadPoolExecutor(1) as pool:
        until = time.monotonic() + seconds
        clicks = pool.submit(clicker.click, until)
        sent, unanswered = _pace(live, accounts, rate, until, mark)
        clicked = clicks.result()
    failures += clicked.failures + unanswered + (not live.at_rest()) + stand.complaints()
    ((kept,),) = live.ask(KEPT, last, f"{mark}%")
    figures = {
        "rate": sent / seconds,
        "memory": watch.growth(seconds),
        "lost": float(sent - unanswered - int(str(kept))),
        "stale": float(live.stale("account")),
        "page p95": clicked.figures["p95"],
    }
    return Taken(figures, failures)


PAGES = (
    "/admin/",
    LIST,
    f"{LIST}{{}}/change/",
    f"{LIST}{{}}/history/",
    "/admin/accounts_app/webhookevent/",
    "/admin/accounts_app/operation/",
)


def _pace(live: Live, accounts: list[str], rate: float, until: float, mark: str) -> tuple[int, int]:
    """Send at every tick what is due; return how many were sent, and how many of them failed."""
    about, sent, failures = cycle(accounts), 0, 0
    began = time.monotonic()
    for tick in count(1):
        due = began + tick * TICK
        if due > until or time.monotonic() > until:
            return sent, failures
        status = "inactive" if tick % 2 else "active"
        live.sandbox.world.change("account", accounts[0], status)
        some = requests(live, list(islice(about, max(1, round(rate * TICK)))), mark)
        failures += load.send_all(live.web, some).failures
        sent += len(some)
        time.sleep(max(0.0, due - time.monotonic()))
    raise AssertionError("the ticks do not end")
