"""A comparison that finds no difference, beside a bare streaming parse of the same lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import listed
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.stand import PATIENCE, PYTHON, Stand
from tests.drill.crew import Broken, eventually, free_port, listens

SMALLER = 10
# A list may take as long as the machine needs.
SETTINGS = {"OFFBLOCKS_LIST_TIMEOUT": "7200"}


@dataclass(frozen=True)
class Listing:
    """The lists of a programme, where they are served, and the mirror that agrees with them."""

    url: str
    address: str
    entries: int


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold the time beside a parse, and the memory beside that of a smaller programme."""
    size = stand.scale.compared
    name = f"comparison of {size:,} accounts"
    ours = partial(_once, stand, "comparison", size)
    yield Comparison(
        name,
        ours,
        (Target("time", "s", at_most=3), Target("processor", "µs an entry")),
        "bare streaming parse",
        partial(_once, stand, "parse", size),
        warm_up="",
        once=True,
    )
    yield Comparison(
        f"{name}, none of them recognised",
        partial(_once, stand, "anew", size),
        (Target("time", "s"), Target("processor", "µs an entry")),
        "entries read and checked alone",
        partial(_once, stand, "shapes", size),
        warm_up="",
        once=True,
    )
    yield Comparison(
        name,
        ours,
        (Target("peak", "MB", at_most=300, is_ratio=False), Target("peak", "MB", at_most=1.2)),
        f"of {size // SMALLER:,}",
        partial(_once, stand, "comparison", size // SMALLER),
        warm_up="",
        once=True,
    )


def listing(stand: Stand, size: int) -> Listing:
    """Return the lists of a programme of so many accounts, served while the stand stands."""
    return stand.once(f"lists of {size}", lambda: _served(stand, size))  # type: ignore[no-any-return]


@contextmanager
def _served(stand: Stand, size: int) -> Iterator[Listing]:
    stand.say(f"Writing the lists of {size:,} accounts ...")
    url, port = stand.empty(f"listed_{size}"), free_port()
    listed.fill(url, size)
    folder = Path(stand.directory.path / f"lists-{size}")
    folder.mkdir()
    entries = listed.write(url, folder)
    command = [PYTHON, "-m", "tests.bench.provider", str(port), str(folder)]
    stand.start("provider", command, stand.settings(url))
    if not eventually(lambda: listens(port), PATIENCE):
        raise Broken("The provider of lists does not answer.")
    yield Listing(url, f"http://127.0.0.1:{port}/v1", entries)


def _once(stand: Stand, job: str, size: int) -> Taken:
    """Return what a job took, doing it the first time: the longest of them takes minutes."""
    return stand.once(f"{job} of {size}", lambda: _take(stand, job, size))  # type: ignore[no-any-return]


def _take(stand: Stand, job: str, size: int) -> Taken:
    lists = listing(stand, size)
    told = SETTINGS | {"OFFBLOCKS_BASE_URL": lists.address}
    took = stand.job(lists.url, job, lists.entries, **told)
    figures = {
        "time": took["seconds"],
        "processor": took["processor"] / max(1, took["number"]) * 1e6,
        "peak": took["peak"],
    }
    return Taken(figures, int(took["failures"]))
