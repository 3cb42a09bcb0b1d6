"""The first filling of an empty mirror, beside a bare bulk insert of the same rows."""

from collections.abc import Iterator
from functools import partial

from tests.bench.benchmarks.comparison import listing
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.stand import Stand


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare how many rows a second are written, of the mirror and of its snapshots."""
    size = stand.scale.synced
    yield Comparison(
        f"first sync of {size:,} accounts",
        partial(_sync, stand, size),
        (
            Target("rate", "rows/s", at_least=0.4),
            Target("processor", "µs a row"),
        ),
        "bulk_create of the same rows",
        partial(_insert, stand, size),
        warm_up="",
        once=True,
    )


def _sync(stand: Stand, size: int) -> Taken:
    listed = listing(stand, size)
    url = stand.once("synced", lambda: stand.empty("synced"))
    took = stand.job(url, "sync", listed.entries, OFFBLOCKS_BASE_URL=listed.address)
    return _taken(took, lost=2 * listed.entries - took["number"])


def _insert(stand: Stand, size: int) -> Taken:
    """Write what the sync made into a database that is as empty as its own was."""
    took = stand.job(stand.once("synced", dict), "insert", stand.empty("inserted"))
    return _taken(took, lost=2 * listing(stand, size).entries - took["number"])


def _taken(took: dict[str, float], lost: float) -> Taken:
    figures = {
        "rate": took["number"] / took["seconds"],
        "processor": took["processor"] / max(1, took["number"]) * 1e6,
    }
    return Taken(figures, int(took["failures"] + abs(lost)))
