"""Deliveries ready to be sent: whole HTTP requests, so that the sender has nothing left to do."""

import itertools
import json
import uuid
from collections.abc import Iterator

from tests.bench import world
from tests.bench.stand import Stand

PATH = "/webhooks/offblocks/"


def bodies(stand: Stand, number: int) -> Iterator[bytes]:
    """Yield so many events, each with an id of its own, about the accounts of a small programme."""
    for place in range(1, number + 1):
        account = world.id_of("account", 1 + place % stand.scale.few)
        yield json.dumps(
            {
                "webhookType": "account.updated",
                "eventId": str(uuid.uuid4()),
                "id": str(account),
                "status": "active",
                "updatedAt": "2026-03-01T09:00:00.123456789Z",
            }
        ).encode()


def signed(stand: Stand, port: int, events: Iterator[bytes]) -> list[bytes]:
    """Return requests as the provider would send them now."""
    url = f"http://127.0.0.1:{port}{PATH}"
    return [request(port, PATH, body, stand.signer.headers(url, body)) for body in events]


def plain(port: int, path: str, events: Iterator[bytes]) -> list[bytes]:
    """Return requests that prove nothing but that they know the path."""
    return [request(port, path, body, {"Content-Type": "application/json"}) for body in events]


def request(
    port: int, path: str, body: bytes, headers: dict[str, str], method: str = "POST"
) -> bytes:
    """Return the bytes of one request over a kept-alive connection."""
    usual = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body))}
    lines = itertools.starmap("{}: {}".format, (usual | headers).items())
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body
