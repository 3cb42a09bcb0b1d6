"""Signatures of our requests: RFC 9421 with ECDSA P-384 and SHA-384, and RFC 9530 digests."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P384_SHA384

ALGORITHM = "ecdsa-p384-sha384"
SIGNATURE_LENGTH = 96  # r and s, 48 bytes each
DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}

_LABEL = "sig"
_WHEN_SENT = frozenset({"content-digest", "idempotency-key"})


@dataclass(frozen=True)
class Profile:
    """The parts of a signature the provider does not document ("Request Signatures").

    `backdate` guards against a clock of theirs that is behind ours: their library has no tolerance.
    """

    covered: tuple[str, ...] = (
        "@method",
        "@authority",
        "@path",
        "@query",
        "authorization",
        "content-digest",
        "idempotency-key",
    )
    digests: tuple[str, ...] = ("sha-256", "sha-512")
    backdate: timedelta = timedelta(seconds=5)
    lifetime: timedelta | None = None


DEFAULT_PROFILE = Profile()


@dataclass(frozen=True)
class _Message:
    method: str
    url: str
    headers: dict[str, str]


class Signer:
    """Signs requests with one private key. Safe to share between threads."""

    def __init__(self, pem: str | bytes, key_id: str, profile: Profile = DEFAULT_PROFILE) -> None:
        """Take our private key; raises ValueError if it is not an unencrypted P-384 key."""
        key = load_signing_key(pem)
        self._key_id = key_id
        self._profile = profile
        self._signer = HTTPMessageSigner(
            signature_algorithm=ECDSA_P384_SHA384,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}),
        )

    def sign(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> dict[str, str]:
        """Return the headers with Content-Digest (if there is a body) and the signature added."""
        message = _Message(method, url, dict(headers))
        if body:
            message.headers["Content-Digest"] = content_digest(body, self._profile.digests)
        lifetime = self._profile.lifetime
        self._signer.sign(
            message,
            key_id=self._key_id,
            created=now - self._profile.backdate,
            expires=now + lifetime if lifetime else None,
            label=_LABEL,
            covered_component_ids=self._covered(message.headers),
            body=body or None,
            use_existing_digest=bool(body),
        )
        return message.headers

    def _covered(self, headers: Mapping[str, str]) -> list[str]:
        sent = {name.lower() for name in headers}
        return [name for name in self._profile.covered if name in sent or name not in _WHEN_SENT]


def content_digest(body: bytes, algorithms: tuple[str, ...] = ("sha-256", "sha-512")) -> str:
    """Return a Content-Digest value over exactly these bytes (RFC 9530)."""
    members = ((name, DIGESTS[name](body).digest()) for name in algorithms)
    return ", ".join(f"{name}=:{base64.b64encode(digest).decode()}:" for name, digest in members)


def load_signing_key(pem: str | bytes) -> ec.EllipticCurvePrivateKey:
    """Load our private key; raises ValueError unless it is an unencrypted P-384 key in PEM."""
    try:
        key = serialization.load_pem_private_key(_as_bytes(pem), password=None)
    except TypeError as error:  # how the library says that a password is needed
        raise ValueError("the signing key is encrypted") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise ValueError("the signing key is not an EC key on the curve P-384")
    return key


def load_public_key(pem: str | bytes) -> ec.EllipticCurvePublicKey:
    """Load a public key; raises ValueError unless it is a P-384 key in PEM."""
    key = serialization.load_pem_public_key(_as_bytes(pem))
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP384R1):
        raise ValueError("the public key is not an EC key on the curve P-384")
    return key


def public_pem(pem: str | bytes) -> str:
    """Return the PEM of the public half of our private key."""
    encoded = (
        load_signing_key(pem)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return encoded.decode("ascii")


def export_public_key(pem: str | bytes) -> str:
    """Return a public key as the provider takes it, base64 of the PEM; ValueError if not P-384."""
    load_public_key(pem)
    return base64.b64encode(_as_bytes(pem)).decode("ascii")


def _as_bytes(pem: str | bytes) -> bytes:
    return pem.encode("ascii") if isinstance(pem, str) else pem
