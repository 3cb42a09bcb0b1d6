"""The start page of a large programme, in milliseconds, and its queries beside a small one's."""

from collections.abc import Iterator
from functools import partial

from tests.bench.figures import Comparison, Target
from tests.bench.stand import Stand

ADDRESS = "/admin/"


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold the time by itself: what counts is that nobody waits."""
    few, many = stand.visitors()
    targets = (
        Target("time", "ms", at_most=150, is_ratio=False),
        Target("queries", "", at_most=1),
    )
    yield Comparison(
        f"start page, {stand.scale.many:,} accounts and events",
        partial(many.look, [ADDRESS], stand.scale.visits),
        targets,
        f"of {stand.scale.few:,}",
        partial(few.look, [ADDRESS], stand.scale.visits),
    )
