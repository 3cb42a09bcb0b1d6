"""The intake beside a view that only inserts the body: eight connections at full speed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tests.bench import deliveries, load
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.stand import BARE, WSGI, Stand

SECRET = "s" * 43
VERSUS = "bare insert view"


@dataclass(frozen=True)
class Bounds:
    """What the intake must reach beside the bare insert view; where nothing, it is shown alone."""

    signed: float | None = None
    secret: float | None = None
    p99: float | None = None


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare on PostgreSQL, where it must reach something."""
    bounds = Bounds(signed=0.5, secret=0.65, p99=3)
    yield from beside_bare(stand, _database(stand), believing(stand), bounds)


def beside_bare(
    stand: Stand, url: str, signed: int, bounds: Bounds, where: str = ""
) -> Iterator[Comparison]:
    """Compare signed deliveries, those that know a secret path alone, and duplicates.

    `signed` is the port of a server of this database that believes signed deliveries.
    """
    bare = stand.serve(url, BARE, WSGI)
    p99 = Target("p99", "ms", at_most=bounds.p99)
    secret = stand.serve(url, OFFBLOCKS_WEBHOOK_AUTH="secret", OFFBLOCKS_WEBHOOK_SECRET=SECRET)
    inserting = partial(send_bare, stand, bare)
    yield Comparison(
        f"intake, signature{where}",
        partial(send_signed, stand, signed),
        (rate(bounds.signed), p99),
        VERSUS,
        inserting,
    )
    yield Comparison(
        f"intake, secret path{where}",
        partial(_send_plain, stand, secret, f"{deliveries.PATH}{SECRET}/"),
        (rate(bounds.secret), p99),
        VERSUS,
        inserting,
    )
    yield Comparison(
        f"intake, duplicates{where}",
        partial(_send_twice, stand, signed),
        (rate(),),
        VERSUS,
        inserting,
    )


def believing(stand: Stand) -> int:
    """Return the port of a server that believes signed deliveries."""
    return int(stand.once("believing", lambda: stand.serve(_database(stand))))


def _database(stand: Stand) -> str:
    return str(stand.once("intake", lambda: stand.empty("intake")))


def rate(at_least: float | None = None) -> Target:
    """Return what the number of deliveries in a second must reach."""
    return Target("rate", "events/s", at_least=at_least)


def send_signed(stand: Stand, port: int) -> Taken:
    """Send new events, signed beforehand."""
    events = deliveries.bodies(stand, stand.scale.deliveries)
    return load.send_all(port, deliveries.signed(stand, port, events))


def send_bare(stand: Stand, port: int) -> Taken:
    """Send as many bodies to the bare insert view."""
    return _send_plain(stand, port, "/insert/")


def _send_twice(stand: Stand, port: int) -> Taken:
    """Send new events, then the same ones again; only the second time counts."""
    events = list(deliveries.bodies(stand, stand.scale.deliveries))
    requests = deliveries.signed(stand, port, iter(events))
    load.send_all(port, requests)
    return load.send_all(port, requests)


def _send_plain(stand: Stand, port: int, path: str) -> Taken:
    events = deliveries.bodies(stand, stand.scale.deliveries)
    return load.send_all(port, deliveries.plain(port, path, events))
