"""An account's pages: a long story beside a short one, a large programme beside a small one."""

from collections.abc import Iterator
from functools import partial

from tests.bench import world
from tests.bench.benchmarks.lists import FLAT
from tests.bench.figures import Comparison
from tests.bench.stand import Stand

SHORT, LONG = 1, 2
PAGES = {
    "account page": "change/",
    "timeline": "history/",
    "as-of": "as-of/?on=2026-01-02",
}


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare the long story with the short one, and the large programme with the small one."""
    few, many = stand.visitors()
    visits = stand.scale.visits
    for name in PAGES:
        yield Comparison(
            f"{name}, {stand.scale.history:,} of each record",
            partial(few.look, [_address(name, LONG)], visits),
            FLAT,
            "10 of each",
            partial(few.look, [_address(name, SHORT)], visits),
        )
        yield Comparison(
            f"{name}, {stand.scale.many:,} accounts",
            partial(many.look, [_address(name, SHORT)], visits),
            FLAT,
            f"{stand.scale.few:,} accounts",
            partial(few.look, [_address(name, SHORT)], visits),
        )


def _address(page: str, number: int) -> str:
    return f"/admin/accounts_app/account/{world.id_of('account', number)}/{PAGES[page]}"
