"""Keys whose signature is a digest: a sixth of a run's time would be arithmetic on a curve.

Only the arithmetic is left out: who signs which bytes with which key is made and checked by the
code that always does. That the curve's signatures are right is shown by the client's own tests.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from accounts_app.offblocks import signing
from accounts_app.webhooks import proofs
from sandbox import authentication, signatures

DER = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class QuickKey:
    """One half of a pair of keys: signs and verifies by digest, and is the real one otherwise."""

    def __init__(self, real: Any) -> None:
        self._real = real
        public = real.public_key() if isinstance(real, ec.EllipticCurvePrivateKey) else real
        self._salt = public.public_bytes(*DER)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def sign(self, data: bytes, signature_algorithm: Any) -> bytes:
        """Sign with what only this pair makes of these bytes."""
        del signature_algorithm
        number = int.from_bytes(hashlib.sha384(self._salt + data).digest(), "big")
        return utils.encode_dss_signature(number or 1, number or 1)

    def verify(self, signature: bytes, data: bytes, algorithm: Any) -> None:
        """Raise InvalidSignature unless the other half signed these bytes."""
        if signature != self.sign(data, algorithm):
            raise InvalidSignature


ec.EllipticCurvePrivateKey.register(QuickKey)
ec.EllipticCurvePublicKey.register(QuickKey)


def use(patch: Callable[[Any, str, Any], None]) -> None:
    """Use such keys on both sides for as long as the patch lasts; each text is read once."""
    for owner, name in (
        (signing, "load_signing_key"),
        (proofs, "load_public_key"),
        (authentication, "_public_key"),
    ):
        patch(owner, name, _quick(getattr(owner, name)))
    patch(proofs, "VerifyingKey", lambda quick: quick)
    sign = signatures.sign
    patch(signatures, "sign", lambda key, base: sign(_known(key), base))


def _quick(load: Callable[[Any], Any]) -> Any:
    return cache(lambda pem: QuickKey(load(pem)))


_known = cache(QuickKey)
