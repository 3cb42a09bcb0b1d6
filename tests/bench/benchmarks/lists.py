"""The list of accounts: a large programme beside a small one, and beside the stock admin."""

from collections.abc import Iterator
from functools import partial

from tests.bench import world
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.stand import WSGI, Stand
from tests.bench.visiting import Visitor

LIST = "/admin/accounts_app/account/"
PER_PAGE = 50
FLAT = (
    Target("time", "ms", at_most=1.2),
    Target("queries", "", at_least=1, at_most=1),
)
# How deep the deep page is.
DEPTH = 0.9
STOCK = {"first page": 0.5, "filtered": None, "searched": 0.05, "deep page": 0.05}


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare each page with that of a smaller programme, and with the stock admin's."""
    few, many, most = stand.scale.few, stand.scale.many, stand.scale.most
    small, large = stand.visitors()
    largest = stand.visitor(stand.most)
    stock = Visitor(
        stand.serve(stand.many, "tests.bench.baseline.settings", WSGI), stand.sessions["root"]
    )
    for name in STOCK:
        yield Comparison(
            f"accounts, {name}",
            partial(_look, stand, large, _ours(name, many)),
            FLAT,
            f"of {few:,} instead of {many:,}",
            partial(_look, stand, small, _ours(name, few)),
        )
    for name in STOCK:
        yield Comparison(
            f"accounts, {name}, {most:,}",
            partial(_look, stand, largest, _ours(name, most)),
            FLAT,
            f"of {many:,} instead of {most:,}",
            partial(_look, stand, large, _ours(name, many)),
        )
    for name, bound in STOCK.items():
        yield Comparison(
            f"accounts, {name}",
            partial(_look, stand, large, _ours(name, many)),
            (Target("time", "ms", at_most=bound),),
            "stock admin",
            partial(stock.look, [_stock(name, many)], 1),
        )


def _look(stand: Stand, visitor: Visitor, address: str) -> Taken:
    return visitor.look([address], stand.scale.visits)


def _ours(name: str, size: int) -> str:
    place = world.id_of("account", max(1, int(size * (1 - DEPTH))))
    queries = {
        "first page": "",
        "filtered": "?status__exact=inactive",
        "searched": f"?q={_part_of_a_wallet(size)}",
        "deep page": f"?after={place}",
    }
    return LIST + queries[name]


def _stock(name: str, size: int) -> str:
    queries = {
        "first page": "",
        "filtered": "?status__exact=inactive",
        "searched": f"?q={_part_of_a_wallet(size)}",
        "deep page": f"?p={max(1, int(size * DEPTH) // PER_PAGE)}",
    }
    return LIST + queries[name]


def _part_of_a_wallet(size: int) -> str:
    return world.wallet_of(size // 2)[8:20]
