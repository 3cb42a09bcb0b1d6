"""A public key on the curve P-384 that AWS-LC verifies with: half the time that OpenSSL needs.

`docs/decisions/0017`. Signing, and whatever reads or writes keys, stays with OpenSSL.
"""

import hashlib
from typing import Any

from awscrt.crypto import EC
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_NAME = hashes.SHA384.name


class VerifyingKey(ec.EllipticCurvePublicKey):
    """A loaded key; whatever is asked of it but the verification is answered by OpenSSL's.

    Safe to share between threads.
    """

    def __init__(self, key: ec.EllipticCurvePublicKey) -> None:
        """Take a key that is known to lie on P-384."""
        self._key = key
        encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._fast = EC.new_key_from_der_data(encoded)

    def verify(
        self, signature: Any, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> None:
        """Raise InvalidSignature unless `signature` (DER) is ECDSA with SHA-384 over `data`."""
        if getattr(signature_algorithm.algorithm, "name", "") != _NAME:
            raise InvalidSignature
        if not self._fast.verify(hashlib.sha384(data).digest(), signature):
            raise InvalidSignature

    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve."""
        return self._key.curve

    @property
    def key_size(self) -> int:
        """Bits of the curve."""
        return self._key.key_size

    def public_numbers(self) -> ec.EllipticCurvePublicNumbers:
        """Return the point."""
        return self._key.public_numbers()

    def public_bytes(self, encoding: Encoding, format: PublicFormat) -> bytes:
        """Return the key as it is written."""
        return self._key.public_bytes(encoding, format)

    def __eq__(self, other: object) -> bool:
        """Be equal to the same point, whoever verifies with it."""
        return isinstance(other, ec.EllipticCurvePublicKey) and (
            self.public_numbers() == other.public_numbers()
        )

    def __hash__(self) -> int:
        """Hash the point."""
        return hash(self.public_numbers())

    def __copy__(self) -> "VerifyingKey":
        """Be one's own copy: nothing in here changes."""
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> "VerifyingKey":
        """Be one's own copy."""
        return self
