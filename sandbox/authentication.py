"""Who may call: the uploaded signing key and the check of every signed request."""

import base64
import time

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox import signatures, structured
from sandbox.errors import Refused
from sandbox.signatures import ALGORITHM, Message
from sandbox.store import Store
from sandbox.structured import InnerList, Item

REQUIRED = ("@method", "@authority", "@path", "@query", "authorization")
PARAMETERS = frozenset({"created", "expires", "keyid", "alg", "nonce", "tag"})


class SigningKey:
    """The one public key of the API client."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def upload(self, encoded: str) -> str:
        """Take base64 of a PEM public key in place of the earlier one; return its id."""
        try:
            pem = base64.b64decode(encoded, validate=True).decode()
            key_id = signatures.key_id(_public_key(pem))
        except (ValueError, UnsupportedAlgorithm):
            raise Refused(400, "not a P-384 public key") from None
        self._store.remember("signing key", pem)
        return key_id

    def remove(self) -> None:
        """Forget the key; nothing but /auth can be called then."""
        self._store.forget("signing key")

    def current(self) -> ec.EllipticCurvePublicKey | None:
        """Return the key that is good now."""
        pem = self._store.recall("signing key")
        return None if pem is None else _public_key(pem)


class SignatureCheck:
    """Checks that a request is signed with the uploaded key, over all that matters."""

    def __init__(self, key: SigningKey, *, age_seconds: float, refusal: int) -> None:
        self._key = key
        self._age = age_seconds
        self._refusal = refusal

    def check(self, message: Message, body: bytes) -> None:
        """Refuse an unsigned, wrongly signed, old or incompletely covered request."""
        covered, signature = self._read(message)
        names = self._names(covered)
        self._check_coverage(names, message, body)
        key = self._check_parameters(covered)
        try:
            base = signatures.signature_base(message, covered)
        except KeyError:
            raise self._no("covered component is missing") from None
        if not signatures.verify(key, base, signature):
            raise self._no("does not match")

    def _no(self, reason: str) -> Refused:
        return Refused(self._refusal, f"invalid request signature: {reason}")

    def _read(self, message: Message) -> tuple[InnerList, bytes]:
        try:
            inputs = structured.dictionary(message.headers.get("signature-input", ""))
            values = structured.dictionary(message.headers.get("signature", ""))
        except structured.Malformed:
            raise self._no("malformed") from None
        if len(inputs) != 1 or inputs.keys() != values.keys():
            raise self._no("exactly one is needed")
        (covered,), (signature,) = inputs.values(), values.values()
        if not isinstance(covered, InnerList) or not isinstance(signature, Item):
            raise self._no("malformed")
        if not isinstance(signature.value, bytes):
            raise self._no("malformed")
        return covered, signature.value

    def _names(self, covered: InnerList) -> list[str]:
        names = [str(item.value) for item in covered.items]
        plain = all(type(item.value) is str and not item.parameters for item in covered.items)
        if not plain or len(set(names)) != len(names):
            raise self._no("component not supported")
        return names

    def _check_coverage(self, names: list[str], message: Message, body: bytes) -> None:
        sent = message.headers
        needed = [*REQUIRED]
        needed += ["content-digest"] if body else []
        needed += ["idempotency-key"] if "idempotency-key" in sent else []
        for name in needed:
            if name not in names:
                raise self._no(f"{name} is not covered")
        if "content-digest" in names and not signatures.digest_matches(
            sent.get("content-digest", ""), body
        ):
            raise self._no("content digest")

    def _check_parameters(self, covered: InnerList) -> ec.EllipticCurvePublicKey:
        given = covered.parameters
        if given.keys() - PARAMETERS:
            raise self._no("unknown parameter")
        if given.get("alg", ALGORITHM) != ALGORITHM:
            raise self._no("algorithm")
        self._check_times(given)
        key = self._key.current()
        if key is None or given.get("keyid") != signatures.key_id(key):
            raise self._no("unknown key")
        return key

    def _check_times(self, given: structured.Parameters) -> None:
        now = time.time()
        created, expires = given.get("created"), given.get("expires", now + 1)
        if type(created) is not int or created > now or created < now - self._age:
            raise self._no("expired")
        if not isinstance(expires, int | float) or expires <= now:
            raise self._no("expired")


def _public_key(pem: str) -> ec.EllipticCurvePublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp384r1":
        raise ValueError("the curve is not P-384")
    return key
