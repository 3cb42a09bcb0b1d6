"""Keys, a scripted far end and the real client pointed at it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts_app.offblocks.client import Client
from accounts_app.offblocks.credentials import Credentials, Secret
from accounts_app.offblocks.transport import Surroundings, Transport

from .far_end import FarEnd, running

KEY_ID = "our-key-1"
API_SECRET = "the-api-secret-of-the-tests"

MakeTransport = Callable[..., Transport]


@pytest.fixture(scope="session")
def private_key() -> ec.EllipticCurvePrivateKey:
    """Our signing key."""
    return ec.generate_private_key(ec.SECP384R1())


@pytest.fixture(scope="session")
def pem(private_key: ec.EllipticCurvePrivateKey) -> str:
    """Our signing key as PEM."""
    return private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def credentials(pem: str) -> Credentials:
    """Who we are to the far end."""
    return Credentials("api-key", Secret(API_SECRET), Secret(pem), KEY_ID)


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    """A scripted provider on a real socket."""
    with running() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    """The seconds the transport wanted to sleep."""
    return []


@pytest.fixture
def make_transport(far_end: FarEnd, credentials: Credentials, pauses: list[float]) -> MakeTransport:
    """Build a transport to the far end that never really sleeps."""

    def make(base_url: str = far_end.url, clock: Any = None, **options: Any) -> Transport:
        surroundings = Surroundings(sleep=pauses.append, chance=lambda: 0.5)
        if clock:
            surroundings = replace(surroundings, clock=clock)
        return Transport(base_url, credentials, surroundings=surroundings, **options)

    return make


@pytest.fixture
def transport(make_transport: MakeTransport) -> Transport:
    """The transport with its defaults."""
    return make_transport()


@pytest.fixture
def client(transport: Transport) -> Client:
    """The client with its defaults."""
    return Client(transport)
