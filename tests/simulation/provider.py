"""The pretend provider of the runs: the real sandbox without its sockets and threads.

One per combination of options is assembled and kept; before each seed its store becomes a copy of a
beginning, in which the customers already are.
"""

import base64
import io
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts_app.offblocks.credentials import Secret
from sandbox.clock import SECOND
from sandbox.entities import GET_DIGITS
from sandbox.ledger import PROVIDER
from sandbox.server import Sandbox
from sandbox.signatures import key_id, pem

HOST = "provider.test"
BASE_URL = f"http://{HOST}/v1"
# One owner whose signatures are checked for real, and two whose chain nobody here can check.
WALLETS = ("", "starknet:SN_MAIN:0x05e1", "starknet:SN_MAIN:0x05e2")


@dataclass(frozen=True)
class Temper:
    """What a provider may be like; drawn for each seed. Durations are seconds."""

    change_seconds: int = 0
    deployment_seconds: int = 0
    close_needs_signature: bool = False
    closed_cards: str = "terminated"
    # None: signatures of any age are taken, so only the longest flight bounds a late arrival.
    signature_age: int | None = 300
    clock_offset: int = 0


@dataclass(frozen=True)
class Reply:
    """What came back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def our_key() -> ec.EllipticCurvePrivateKey:
    """Our request signing key, the same in every run."""
    return ec.derive_private_key(0x0FFB10C5, ec.SECP384R1())


@cache
def our_pem() -> str:
    """Our request signing key as the setting holds it."""
    raw = our_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return raw.decode()


def settings() -> dict[str, Any]:
    """The settings that make the product talk to this provider."""
    first = _assembled(Temper())
    key, secret = first.tokens.credentials
    return {
        "OFFBLOCKS_BASE_URL": BASE_URL,
        "OFFBLOCKS_API_KEY": key,
        "OFFBLOCKS_API_SECRET": Secret(secret),
        "OFFBLOCKS_SIGNING_KEY": Secret(our_pem()),
        "OFFBLOCKS_SIGNING_KEY_ID": key_id(our_key().public_key()),
        "OFFBLOCKS_WEBHOOK_PUBLIC_KEY": first.webhook_public_key,
        "OFFBLOCKS_WEBHOOK_KEY_ID": first.webhook_key_id,
    }


@cache
def _founder() -> Sandbox:
    """The sandbox whose store every run begins with. Make it at the start of virtual time."""
    sandbox = _made(Temper())
    sandbox.signing_key.upload(base64.b64encode(pem(our_key().public_key()).encode()).decode())
    for number, wallet in enumerate(WALLETS):
        chain_id = wallet or sandbox.world.wallets.create()
        customer = sandbox.world.create_customer(chain_id, f"crm-{number}", PROVIDER)
        sandbox.world.change("customer", customer.id, "active")
    sandbox.deliveries.take()
    return sandbox


def _made(temper: Temper) -> Sandbox:
    return Sandbox(
        seed=1,
        deliveries="manual",
        change_seconds=temper.change_seconds,
        deployment_seconds=temper.deployment_seconds,
        check_seconds=temper.deployment_seconds,
        close_needs_signature=temper.close_needs_signature,
        closed_cards=temper.closed_cards,
        signature_age_seconds=temper.signature_age or 86_400,
    )


@cache
def _assembled(temper: Temper) -> Sandbox:
    return _made(temper)


class Provider:
    """One seed's provider, beginning as another one was when it was kept."""

    def __init__(self, temper: Temper, beginning: sqlite3.Connection | None = None) -> None:
        self.temper = temper
        self.sandbox = _assembled(replace(temper, clock_offset=0))
        self.world = self.sandbox.world
        first = beginning or _founder()._store._connection
        first.backup(self.sandbox._store._connection)
        self.sandbox.faults.clear()
        self._answers = self.sandbox._app.gateway.answers
        self._answers._in_flight.clear()
        self.world.clock._offset = temper.clock_offset * SECOND
        self._lines: list[Any] = []

    def kept(self) -> sqlite3.Connection:
        """Return a copy of everything there is, for others to begin with."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self.sandbox._store._connection.backup(copy)
        return copy

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Hand a request to the sandbox's WSGI application."""
        told: list[Any] = []
        environ = _environ(method, path, headers, body)
        chunks = self.sandbox._app(environ, lambda status, fields: told.extend((status, fields)))
        status, fields = told
        body = b"".join(chunks)
        assert body != b"internal error", f"the sandbox itself failed: {method} {path}"
        return Reply(int(status[:3]), dict(fields), body)

    def lines(self) -> list[Any]:
        """The ledger's lines, oldest first: sequence, entity, id, before, after, cause, key."""
        last = self._lines[-1]["sequence"] if self._lines else 0
        self._lines += self.sandbox._store.rows("SELECT * FROM ledger WHERE sequence > ?", last)
        return self._lines

    def count_lines(self) -> int:
        """How many lines the ledger has."""
        return int(self.sandbox._store.rows("SELECT max(sequence) FROM ledger")[0][0] or 0)

    def take_events(self) -> list[bytes]:
        """The bodies of the events that happened since the last call."""
        return self.sandbox.deliveries.take()

    def entity(self, kind: str, identifier: str) -> dict[str, Any]:
        """One entity as a GET would show it."""
        return self.world.get(kind, identifier).shown(GET_DIGITS)

    def sibling(self, made: dict[str, Any]) -> dict[str, Any]:
        """Another account of the same customer, or another customer; nothing if there is none."""
        owner, entities = made.get("customerId"), self.world.entities
        others = entities.below("account", str(owner)) if owner else entities.all("customer")
        found = [other for other in others if other.id != made["id"]]
        return found[0].shown(GET_DIGITS) if found else {}

    def took_effect(self, key: object) -> bool:
        """Whether the provider changed something because of a request with this key."""
        return any(line["key"] == str(key) for line in self.lines())

    def hold_key(self, key: str) -> None:
        """Begin to work on a request with this key."""
        self._answers._in_flight.add(key)

    def release_key(self, key: str) -> None:
        """Work on it no longer."""
        self._answers._in_flight.discard(key)


def _environ(method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    target, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": target,
        "RAW_URI": path,
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }
    for name, value in headers.items():
        spelled = name.upper().replace("-", "_")
        plain = spelled in {"CONTENT_TYPE", "CONTENT_LENGTH"}
        environ[spelled if plain else f"HTTP_{spelled}"] = value
    return environ
