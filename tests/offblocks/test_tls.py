"""Over TLS the certificate is checked before anything is said."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts_app.offblocks import errors, sessions
from accounts_app.offblocks.credentials import Credentials
from accounts_app.offblocks.transport import Surroundings, Transport

from .far_end import FarEnd, answer, running
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for loopback that nobody has vouched for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "far end")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "far-end.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def secure_end(certificate: Path) -> Iterator[FarEnd]:
    """A far end behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(context) as server:
        yield server


def transport_to(server: FarEnd, credentials: Credentials, trusted: Path | None) -> Transport:
    """A transport that trusts one certificate more, or none."""

    def session() -> requests.Session:
        made = sessions.new_session()
        made.verify = str(trusted) if trusted else True
        return made

    surroundings = Surroundings(session_factory=session)
    url = server.url.replace("http:", "https:")
    return Transport(url, credentials, total_timeout=6, surroundings=surroundings)


def test_a_trusted_certificate_is_fine(
    secure_end: FarEnd, credentials: Credentials, certificate: Path
) -> None:
    secure_end.will(answer(200, {"a": 1}))
    assert transport_to(secure_end, credentials, certificate).read(PATH).body == b'{"a": 1}'


def test_nothing_is_sent_to_an_unknown_certificate(
    secure_end: FarEnd, credentials: Credentials
) -> None:
    with pytest.raises(errors.Unavailable) as caught:
        transport_to(secure_end, credentials, None).change("DELETE", PATH, b"", KEY, retries=0)
    assert not caught.value.sent
    assert not secure_end.token_requests
