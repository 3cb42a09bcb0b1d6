"""HTTP message signatures, both ways: signature base, P-384 signing and checking. RFC 9421.

Written by hand, so that it shares no mistake with the product's client.
"""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from sandbox import structured
from sandbox.structured import InnerList, Item

ALGORITHM = "ecdsa-p384-sha384"
HALF = 48  # bytes of r and of s
DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


@dataclass(frozen=True)
class Message:
    """What a signature may cover of a request: header names in lower case."""

    method: str
    authority: str
    path: str
    query: str  # with its question mark
    headers: Mapping[str, str]

    def component(self, name: str) -> str:
        """Return a component's value. Raises KeyError for one that is absent or not known."""
        derived = {
            "@method": self.method,
            "@authority": self.authority.lower(),
            "@path": self.path or "/",
            "@query": self.query,
        }
        return derived[name] if name.startswith("@") else self.headers[name].strip(" \t")


def signature_base(message: Message, covered: InnerList) -> bytes:
    """Return the exact bytes that are signed. RFC 9421, section 2.5."""
    lines = [f'"{item.value!s}": {message.component(str(item.value))}' for item in covered.items]
    lines.append(f'"@signature-params": {structured.written(covered)}')
    return "\n".join(lines).encode()


def verify(public_key: ec.EllipticCurvePublicKey, base: bytes, signature: bytes) -> bool:
    """Check r and s, 48 bytes each, over the base."""
    if len(signature) != 2 * HALF:
        return False
    r, s = (int.from_bytes(part, "big") for part in (signature[:HALF], signature[HALF:]))
    try:
        public_key.verify(utils.encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA384()))
    except InvalidSignature:
        return False
    return True


def sign(private_key: ec.EllipticCurvePrivateKey, base: bytes) -> bytes:
    """Return r and s, 48 bytes each."""
    r, s = utils.decode_dss_signature(private_key.sign(base, ec.ECDSA(hashes.SHA384())))
    return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def content_digest(body: bytes) -> str:
    """Return a Content-Digest value with sha-256. RFC 9530."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def digest_matches(header: str, body: bytes) -> bool:
    """Tell whether every digest we know matches the body, and that there is one."""
    try:
        listed = structured.dictionary(header)
    except structured.Malformed:
        return False
    known = {name: member for name, member in listed.items() if name in DIGESTS}
    return bool(known) and all(
        isinstance(member, Item) and member.value == DIGESTS[name](body).digest()
        for name, member in known.items()
    )


def key_id(public_key: ec.EllipticCurvePublicKey) -> str:
    """Return the id of a key: the same key always gets the same id."""
    der = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return str(uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(der).hexdigest()))


def pem(public_key: ec.EllipticCurvePublicKey) -> str:
    """Return a public key as PEM text."""
    return public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
