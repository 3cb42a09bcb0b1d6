"""The key that signs anchors of the audit chain and exports of it: Ed25519, a secret of its own.

Earlier keys' public halves stay configured, so that what they signed is believed for ever.
"""

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


def signing_key() -> Ed25519PrivateKey | None:
    """Return the key, or None where none is configured. Raises ValueError for any other key."""
    pem = settings.AUDIT_ANCHOR_KEY
    if not pem.strip():
        return None
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except TypeError as error:
        raise ValueError("the key is encrypted") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the key is not Ed25519")
    return key


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Return every public key that is believed, by its id. Raises ValueError for any other key."""
    own = signing_key()
    found = [own.public_key()] if own else []
    for pem in _PEM.findall(settings.AUDIT_ANCHOR_PUBLIC_KEYS):
        key = serialization.load_pem_public_key(pem.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("an earlier key is not Ed25519")
        found.append(key)
    return {id_of(key): key for key in found}


def id_of(key: Ed25519PublicKey) -> str:
    """Return what names a key: the beginning of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(text: str, key: Ed25519PrivateKey) -> str:
    """Sign a text; returns base64."""
    return base64.b64encode(key.sign(text.encode())).decode()


def is_signed(text: str, signature: str, key_id: str) -> bool:
    """Whether a key that is believed signed exactly this text."""
    key = public_keys().get(key_id)
    if key is None:
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def public_pem() -> str:
    """Return the public half as PEM: what the auditor keeps, and got from somebody else than us."""
    own = signing_key()
    if own is None:
        return ""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return own.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
