"""The benchmarks, each a module whose `comparisons` yields what is measured on a stand."""

from collections.abc import Callable, Iterator

from tests.bench.benchmarks import (
    comparison,
    embedded,
    flood,
    intake,
    latency,
    launch,
    lists,
    pages,
    race,
    soak,
    start_page,
    sync,
    trouble,
    worker,
)
from tests.bench.figures import Comparison
from tests.bench.stand import Stand

ALL: dict[str, Callable[[Stand], Iterator[Comparison]]] = {
    "intake": intake.comparisons,
    "trouble": trouble.comparisons,
    "lists": lists.comparisons,
    "pages": pages.comparisons,
    "start": start_page.comparisons,
    "launch": launch.comparisons,
    "race": race.comparisons,
    "latency": latency.comparisons,
    "flood": flood.comparisons,
    "sync": sync.comparisons,
    "comparison": comparison.comparisons,
    "worker": worker.comparisons,
    "soak": soak.comparisons,
    "embedded": embedded.comparisons,
}
