"""What may happen to a request or its reply on the way: lost, cut, late, or held up."""

from typing import TYPE_CHECKING

from tests.simulation.exchange import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Exchange,
    Refused,
    Reset,
    TimedOut,
    Unreachable,
)
from tests.simulation.provider import Reply

if TYPE_CHECKING:
    from tests.simulation.network import Network


def refused(network: "Network", _: Exchange) -> Reply:
    """Nobody listens."""
    network.pass_time(0.01)
    raise Refused


def unreachable(network: "Network", _: Exchange) -> Reply:
    """No connection comes about."""
    network.pass_time(CONNECT_SECONDS)
    raise Unreachable


def lost_request(network: "Network", _: Exchange) -> Reply:
    """The request leaves and never arrives."""
    network.pass_time(READ_SECONDS)
    raise TimedOut


def reset(network: "Network", _: Exchange) -> Reply:
    """The connection breaks before the request arrives."""
    network.pass_time(0.1)
    raise Reset


def lost_reply(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the reply is lost."""
    network.arrive(exchange)
    network.pass_time(READ_SECONDS)
    raise TimedOut


def cut_reply(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the connection breaks."""
    network.arrive(exchange)
    raise Reset


def late(network: "Network", exchange: Exchange) -> Reply:
    """It arrives when nobody waits any more, at the latest after the longest flight."""
    network.later(network.flight(exchange), lambda: network.arrive(exchange))
    network.pass_time(READ_SECONDS)
    raise TimedOut


def slow(network: "Network", exchange: Exchange) -> Reply:
    """The provider works on it for minutes; meanwhile its key is in flight."""
    network.provider.hold_key(exchange.key)

    def end() -> None:
        network.provider.release_key(exchange.key)
        network.arrive(exchange)

    network.later(network.flight(exchange), end)
    network.pass_time(READ_SECONDS)
    raise TimedOut
