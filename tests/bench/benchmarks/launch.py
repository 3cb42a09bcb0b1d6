"""From `make run` on an installed clone to the first page, and the memory of a web process."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.bench.benchmarks.intake import VERSUS, send_bare, send_signed
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.memory import held
from tests.bench.stand import BARE, PYTHON, WSGI, Stand
from tests.bench.visiting import Clicker
from tests.drill.crew import eventually, free_port

LONGEST = 120.0
FIRST_PAGE = "/sign-in/"
LISTS = ("customer", "account", "card", "operation", "webhookevent", "auditentry")
PAGES = ("/admin/", *(f"/admin/accounts_app/{name}/" for name in LISTS))


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold them by themselves: how long somebody waits, and what a machine must have."""
    seconds = (Target("first page", "s", is_ratio=False),)
    for name in ("for the first time", "again"):
        launch = partial(_launch, stand)
        yield Comparison(f"make run, {name}", launch, seconds, warm_up="", once=True)
    yield Comparison(
        "web process after pages and deliveries",
        partial(_ours, stand),
        (Target("memory", "MB", is_ratio=False),),
        VERSUS,
        partial(_bare, stand),
        warm_up="",
        once=True,
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="launch-") as folder:
        yield Path(folder)


def _launch(stand: Stand) -> Taken:
    folder = stand.once("launched", _folder)
    port = free_port()
    told = {"RUN_DIR": str(folder), "PORT": str(port), "SANDBOX_PORT": str(free_port())}
    began = time.perf_counter()
    launcher = stand.start("launcher", [PYTHON, "-m", "launcher", "run"], {**os.environ, **told})
    is_shown = eventually(lambda: _shows(port), LONGEST, interval=0.02)
    took = time.perf_counter() - began
    launcher.stop()
    return Taken({"first page": took}, failures=int(not is_shown))


def _shows(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        line.request("GET", FIRST_PAGE)
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def _ours(stand: Stand) -> Taken:
    def use(port: int) -> int:
        sent = send_signed(stand, port)
        clicker = Clicker(port, stand.sessions["approver"], PAGES)
        return sent.failures + clicker.click(time.monotonic(), pause=0).failures

    start = partial(stand.serve, stand.empty("held"), "tests.bench.pages")
    return _held_after(stand, start, use)


def _bare(stand: Stand) -> Taken:
    start = partial(stand.serve, stand.empty("held_bare"), BARE, WSGI)
    return _held_after(stand, start, lambda port: send_bare(stand, port).failures)


def _held_after(stand: Stand, start: Callable[[], int], use: Callable[[int], int]) -> Taken:
    """Start a server and use it; return what the process of it that holds most does hold."""
    port = start()
    failures = use(port)
    process = stand.services[-1].process
    assert process is not None
    return Taken({"memory": max(held({process.pid: "web"}).values())}, failures)
