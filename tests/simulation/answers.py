"""What may be answered instead of the truth: errors, refusals, broken and outdated bodies."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.exchange import Exchange, document
from tests.simulation.provider import Reply

if TYPE_CHECKING:
    from tests.simulation.network import Network

SERVER_ERRORS = (500, 502, 503, 504)


def error(network: "Network", exchange: Exchange) -> Reply:
    """An error of the server's, without effect; the key remembers nothing."""
    return network.scripted(exchange, code=network.chance.choice(network.error_codes))


def stored_error(network: "Network", exchange: Exchange) -> Reply:
    """An error without effect, and the key answers with it for the hour."""
    return network.scripted(exchange, code=network.chance.choice(network.error_codes), stored=True)


def error_after(network: "Network", exchange: Exchange) -> Reply:
    """An error although it took effect; the key answers with the truth."""
    return network.scripted(exchange, code=network.chance.choice(network.error_codes), effect=True)


def stored_error_after(network: "Network", exchange: Exchange) -> Reply:
    """An error although it took effect, and the key answers with it for the hour."""
    code = network.chance.choice(network.error_codes)
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
    reply = network.deliver(exchange)
    if reply.status != 201:
        return _changed(reply, "id", str(uuid.UUID(int=7, version=4)))
    other = network.provider.sibling(document(reply))
    return framed(reply, json.dumps(document(reply) | other).encode())


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
