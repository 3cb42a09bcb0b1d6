"""The first filling of an empty mirror, beside a bare bulk insert of the same rows."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.bench.benchmarks.comparison import Listing, listing
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.stand import Stand

# Makes an empty database of this name.
Empty = Callable[[str], str]


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare on PostgreSQL, where it must reach something."""
    yield beside_bulk(stand, stand.empty, at_least=0.4)


def beside_bulk(
    stand: Stand, empty: Empty, *, at_least: float | None = None, where: str = ""
) -> Comparison:
    """Compare how many rows a second are written, of the mirror and of its snapshots."""
    size = stand.scale.synced
    listed = partial(listing, stand, size)
    synced = partial(stand.once, f"synced{where}", partial(empty, "synced"))
    return Comparison(
        f"first sync of {size:,} accounts{where}",
        lambda: _sync(stand, synced(), listed()),
        (
            Target("rate", "rows/s", at_least=at_least),
            Target("processor", "µs a row"),
        ),
        "bulk_create of the same rows",
        lambda: _insert(stand, synced(), empty("inserted"), listed()),
        warm_up="",
        once=True,
    )


def _sync(stand: Stand, url: str, listed: Listing) -> Taken:
    took = stand.job(url, "sync", listed.entries, OFFBLOCKS_BASE_URL=listed.address)
    return _taken(took, lost=2 * listed.entries - took["number"])


def _insert(stand: Stand, url: str, target: str, listed: Listing) -> Taken:
    """Write what the sync made into a database that is as empty as its own was."""
    took = stand.job(url, "insert", target)
    return _taken(took, lost=2 * listed.entries - took["number"])


def _taken(took: dict[str, float], lost: float) -> Taken:
    figures = {
        "rate": took["number"] / took["seconds"],
        "processor": took["processor"] / max(1, took["number"]) * 1e6,
    }
    return Taken(figures, int(took["failures"] + abs(lost)))
