"""What may happen to a request between us and the provider: one function per fault.

Each takes the network and the exchange and returns the reply, or raises what the HTTP library does.
Time passes inside, and what the provider does later happens when its moment comes.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.exchange import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Exchange,
    Refused,
    Reset,
    TimedOut,
    Unreachable,
    document,
)
from tests.simulation.provider import Reply

if TYPE_CHECKING:
    from tests.simulation.network import Network

Carry = Callable[["Network", Exchange], Reply]
SERVER_ERRORS = (500, 502, 503, 504)


@dataclass(frozen=True)
class Fault:
    """A fault, the requests it can meet, and how often compared with the others."""

    name: str
    carry: Carry
    meets: Callable[[Exchange], bool]
    weight: int = 2


def any_request(_: Exchange) -> bool:
    """Meets everything."""
    return True


def change(exchange: Exchange) -> bool:
    """Meets what asks for a change."""
    return exchange.is_change


def read(exchange: Exchange) -> bool:
    """Meets reads of entities and lists."""
    return exchange.is_read


def one(exchange: Exchange) -> bool:
    """Meets reads of one entity."""
    return bool(exchange.entity_id)


def not_token(exchange: Exchange) -> bool:
    """Meets everything that needs a token."""
    return not exchange.is_token


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


def error(network: "Network", exchange: Exchange) -> Reply:
    """An error of the server's, without effect; the key remembers nothing."""
    return network.scripted(exchange, code=network.chance.choice(SERVER_ERRORS))


def stored_error(network: "Network", exchange: Exchange) -> Reply:
    """An error without effect, and the key answers with it for the hour."""
    return network.scripted(exchange, code=network.chance.choice(SERVER_ERRORS), stored=True)


def error_after(network: "Network", exchange: Exchange) -> Reply:
    """An error although it took effect; the key answers with the truth."""
    return network.scripted(exchange, code=network.chance.choice(SERVER_ERRORS), effect=True)


def stored_error_after(network: "Network", exchange: Exchange) -> Reply:
    """An error although it took effect, and the key answers with it for the hour."""
    code = network.chance.choice(SERVER_ERRORS)
    return network.scripted(exchange, code=code, effect=True, stored=True)


def in_flight(network: "Network", exchange: Exchange) -> Reply:
    """Told that the key is in flight, whether it is or not."""
    return network.scripted(exchange, action="conflict_in_flight", code=409)


def key_reused(network: "Network", exchange: Exchange) -> Reply:
    """Told that the key came with another request before."""
    return network.scripted(exchange, code=422)


def declined(network: "Network", exchange: Exchange) -> Reply:
    """Declined without effect, for reasons of the provider's."""
    return network.scripted(exchange, code=network.chance.choice((400, 404, 410)))


def limited(network: "Network", exchange: Exchange) -> Reply:
    """Asked to slow down, in one of the ways that can be said."""
    reply = network.scripted(exchange, code=429)
    date = format_datetime(network.now + timedelta(seconds=40), usegmt=True)
    wait = network.chance.choice(("", "0", "1", "30", "900", date, "999999999", "soon"))
    return replace(reply, headers={**reply.headers, "Retry-After": wait})


def token_death(network: "Network", exchange: Exchange) -> Reply:
    """Every token dies before its time."""
    network.provider.sandbox.tokens.revoke()
    return network.deliver(exchange)


def unauthorised(network: "Network", exchange: Exchange) -> Reply:
    """Credentials are refused for no reason we could know."""
    return network.scripted(exchange, code=401)


def forbidden(network: "Network", exchange: Exchange) -> Reply:
    """We may not."""
    return network.scripted(exchange, code=403)


def malformed(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the answer is not what it should be."""
    bodies = (b'{"id": "', b"<html>", b"[]", b"null", b"\xff\xfe", b'{"id": 7}', b"")
    reply = network.deliver(exchange)
    return framed(reply, network.chance.choice(bodies)) if reply.status < 300 else reply


def truncated(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the answer breaks off."""
    reply = network.deliver(exchange)
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def unframed(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the answer does not say where it ends."""
    reply = network.deliver(exchange)
    headers = {k: v for k, v in reply.headers.items() if k.lower() != "content-length"}
    return replace(reply, headers=headers)


def oversized(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the answer is longer than any entity."""
    reply = network.deliver(exchange)
    return framed(reply, b" " * 1_000_001) if reply.status < 300 else reply


def redirected(network: "Network", exchange: Exchange) -> Reply:
    """Sent elsewhere."""
    reply = network.scripted(exchange, code=network.chance.choice((301, 302, 307, 308)))
    return replace(reply, headers={**reply.headers, "Location": "http://elsewhere.test/v1"})


def another_entity(network: "Network", exchange: Exchange) -> Reply:
    """It takes effect, and the answer is about somebody else."""
    return _changed(network.deliver(exchange), "id", str(uuid.UUID(int=7, version=4)))


def another_owner(network: "Network", exchange: Exchange) -> Reply:
    """The answer to a creation names another customer."""
    return _changed(network.deliver(exchange), "customerId", str(uuid.UUID(int=8, version=4)))


def stale_read(network: "Network", exchange: Exchange) -> Reply:
    """A replica that lags behind shows what was true some minutes ago."""
    return network.earlier_answer(exchange) or network.deliver(exchange)


def unknown(network: "Network", exchange: Exchange) -> Reply:
    """A replica that lags behind does not know it at all."""
    return network.scripted(exchange, code=404)


def wrong_date(network: "Network", exchange: Exchange) -> Reply:
    """The provider's clock, or ours, is wrong by minutes, as the Date header shows."""
    date = format_datetime(network.now + timedelta(minutes=4), usegmt=True)
    reply = network.deliver(exchange)
    return replace(reply, headers={**reply.headers, "Date": date})


def framed(reply: Reply, body: bytes) -> Reply:
    """Give a reply another body, with the length that goes with it."""
    return replace(reply, body=body, headers={**reply.headers, "Content-Length": str(len(body))})


def _changed(reply: Reply, name: str, value: Any) -> Reply:
    found = document(reply)
    if not isinstance(found, dict) or name not in found:
        return reply
    return framed(reply, json.dumps(found | {name: value}).encode())


FAULTS = (
    Fault("connection refused", refused, any_request, 3),
    Fault("connection timed out", unreachable, any_request, 1),
    Fault("request lost", lost_request, not_token, 3),
    Fault("connection reset", reset, any_request, 2),
    Fault("reply lost after the effect", lost_reply, not_token, 5),
    Fault("connection cut after the effect", cut_reply, not_token, 2),
    Fault("arrives late", late, change, 8),
    Fault("worked on for minutes", slow, change, 5),
    Fault("5xx without effect", error, any_request, 3),
    Fault("5xx without effect, stored", stored_error, change, 4),
    Fault("5xx after the effect", error_after, change, 4),
    Fault("5xx after the effect, stored", stored_error_after, change, 4),
    Fault("409 in flight", in_flight, change, 4),
    Fault("422 key reused", key_reused, change, 3),
    Fault("declined", declined, change, 3),
    Fault("429", limited, any_request, 3),
    Fault("token death", token_death, not_token, 3),
    Fault("401", unauthorised, any_request, 2),
    Fault("403", forbidden, any_request, 1),
    Fault("malformed body", malformed, any_request, 3),
    Fault("truncated body", truncated, any_request, 3),
    Fault("body without length", unframed, any_request, 1),
    Fault("oversized body", oversized, one, 1),
    Fault("3xx", redirected, any_request, 1),
    Fault("about another entity", another_entity, any_request, 2),
    Fault("about another owner", another_owner, change, 2),
    Fault("stale read", stale_read, read, 5),
    Fault("wrong date", wrong_date, any_request, 2),
    Fault("unknown for a while", unknown, one, 2),
)
