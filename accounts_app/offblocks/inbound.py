"""Proof of origin of incoming messages: RFC 9421 signatures over the raw bytes, one strict profile.

Pure: the caller brings the keys and the time, and remembers nonces.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cryptography.exceptions
import http_sf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureComponentResolver,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ECDSA_P384_SHA384

from accounts_app.offblocks import plain_bases, plain_fields
from accounts_app.offblocks.errors import Reason, SignatureInvalid
from accounts_app.offblocks.signing import ALGORITHM, DIGESTS, SIGNATURE_LENGTH

MAX_HEADER = 8192  # characters

_TARGETS = frozenset({"@path", "@target-uri"})


@dataclass(frozen=True)
class Verified:
    """Who signed, when, and the nonce if there is one."""

    keyid: str
    created: datetime
    nonce: str | None


@dataclass(frozen=True)
class _Message:
    method: str
    url: str
    path: str
    headers: dict[str, str]


class _Resolver(HTTPSignatureComponentResolver):
    """Takes path and target as the caller knows them, so that a proxy in between can be undone."""

    def get_path(self) -> str:
        return str(self.message.path)

    def get_target_uri(self) -> str:
        return str(self.message.url)


class _Verifier(HTTPMessageVerifier):
    """Leaves the times to `_check_times`: the library asks the system clock and is lenient."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        pass


def verify(  # noqa: PLR0913 - the parts of one message, and the clock
    *,
    method: str,
    path: str,
    target_uri: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: Mapping[str, ec.EllipticCurvePublicKey],
    now: datetime,
    max_age_seconds: int = 300,
    max_ahead_seconds: int = 60,
) -> Verified:
    """Believe a message, or raise SignatureInvalid with the reason, and nothing else.

    `path` and `target_uri` are as the sender used them, still percent-encoded; `keys` maps key ids
    to P-384 keys. A nonce is not remembered here.
    """
    fields = _lower_names(headers)
    components, params, signature = _single_input(fields)
    _check_key_and_algorithm(params, keys)
    _check_coverage(components)
    created, expires = _times(params)
    _check_digest(fields, body)
    base = plain_bases.of(
        method=method,
        path=path,
        url=target_uri,
        fields=fields,
        components=components,
        params=params,
    )
    if base is None:
        _check_by_library(_Message(method, target_uri, path, fields), keys)
    else:
        _check_signature(base, signature, keys[params["keyid"]])
    # Last: that it is out of its time is only said of a genuine message, where it means something.
    _check_times(created, expires, now, max_age_seconds, max_ahead_seconds)
    return Verified(params["keyid"], datetime.fromtimestamp(created, UTC), params.get("nonce"))


def _lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    fields = {name.lower(): value for name, value in headers.items()}
    if len(fields) != len(headers):
        raise SignatureInvalid(Reason.MALFORMED)
    return fields


def _single_input(fields: Mapping[str, str]) -> tuple[list[Any], dict[str, Any], bytes]:
    """The covered components and parameters of the only signature, and itself."""
    for name in ("signature", "signature-input", "content-digest"):
        if name not in fields:
            raise SignatureInvalid(Reason.MISSING)
        if len(fields[name]) > MAX_HEADER:
            raise SignatureInvalid(Reason.MALFORMED)
    inputs, signatures = _members(fields["signature-input"]), _members(fields["signature"])
    if len(inputs) > 1 or len(signatures) > 1:
        raise SignatureInvalid(Reason.SEVERAL_LABELS)
    if not inputs or inputs.keys() != signatures.keys():
        raise SignatureInvalid(Reason.MALFORMED)
    ((components, params),) = inputs.values()
    ((signature, _),) = signatures.values()
    if not isinstance(components, list) or not _is_fixed_length(signature):
        raise SignatureInvalid(Reason.MALFORMED)
    return components, params, signature


def _is_fixed_length(signature: object) -> bool:
    """r and s, 48 bytes each and neither zero; DER never has this length and shape."""
    half = SIGNATURE_LENGTH // 2
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_LENGTH:
        return False
    return any(signature[:half]) and any(signature[half:])


def _check_key_and_algorithm(params: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    keyid = params.get("keyid")
    if keyid is None:
        raise SignatureInvalid(Reason.MISSING)
    if not isinstance(keyid, str):
        raise SignatureInvalid(Reason.MALFORMED)
    if keyid not in keys:
        raise SignatureInvalid(Reason.UNKNOWN_KEY)
    if params.get("alg", ALGORITHM) != ALGORITHM:
        raise SignatureInvalid(Reason.WRONG_ALGORITHM)


def _check_coverage(components: list[Any]) -> None:
    # A component with parameters covers less than the whole, or something else.
    covered = {name for name, params in components if isinstance(name, str) and not params}
    if not {"@method", "content-digest"} <= covered or not _TARGETS & covered:
        raise SignatureInvalid(Reason.UNCOVERED)


def _times(params: Mapping[str, Any]) -> tuple[int, int | None]:
    """When it was signed, and until when it is good if that is said; both in Unix seconds."""
    created, expires = params.get("created"), params.get("expires")
    if created is None:
        raise SignatureInvalid(Reason.MISSING)
    if type(created) is not int or type(expires) not in {int, type(None)}:
        raise SignatureInvalid(Reason.MALFORMED)
    return created, expires


def _check_times(
    created: int, expires: int | None, now: datetime, max_age: int, max_ahead: int
) -> None:
    moment = now.timestamp()
    if created > moment + max_ahead:
        raise SignatureInvalid(Reason.NOT_YET_VALID)
    if created < moment - max_age or (expires is not None and expires < moment):
        raise SignatureInvalid(Reason.EXPIRED)


def _check_digest(fields: Mapping[str, str], body: bytes) -> None:
    """Every digest listed must be one we trust and match; one at least must be there."""
    members = _members(fields["content-digest"])
    if not members:
        raise SignatureInvalid(Reason.MALFORMED)
    for name, (digest, _) in members.items():
        if name not in DIGESTS:
            raise SignatureInvalid(Reason.WRONG_ALGORITHM)
        if not isinstance(digest, bytes):
            raise SignatureInvalid(Reason.MALFORMED)
        if not hmac.compare_digest(digest, DIGESTS[name](body).digest()):
            raise SignatureInvalid(Reason.DIGEST_MISMATCH)


def _check_signature(base: bytes, signature: bytes, key: ec.EllipticCurvePublicKey) -> None:
    if not isinstance(key.curve, ec.SECP384R1):
        raise SignatureInvalid(Reason.MALFORMED)
    half = SIGNATURE_LENGTH // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    try:
        key.verify(encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA384()))
    except cryptography.exceptions.InvalidSignature as error:
        raise SignatureInvalid(Reason.MISMATCH) from error


def _check_by_library(message: _Message, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> None:
    """Check what is signed in an unusual way; what the library cannot make sense of is malformed.

    The library parses every header once more.
    """
    verifier = _Verifier(
        signature_algorithm=ECDSA_P384_SHA384,
        key_resolver=MappingKeyResolver(public_keys=keys, private_keys={}),
        component_resolver_class=_Resolver,
    )
    try:
        verifier.verify(message, max_age=None)
    except HTTPMessageSignaturesException as error:
        is_wrong = isinstance(error.__cause__, cryptography.exceptions.InvalidSignature)
        raise SignatureInvalid(Reason.MISMATCH if is_wrong else Reason.MALFORMED) from error


def _members(value: str) -> dict[str, Any]:
    """A structured dictionary (RFC 9651): name to (value, parameters), no name twice."""
    plain = plain_fields.parse(value)
    if plain is not None:
        return plain
    try:
        parsed: Any = http_sf.parse(
            value.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse_duplicate
        )
    except ValueError as error:
        raise SignatureInvalid(Reason.MALFORMED) from error
    return dict(parsed)


def _refuse_duplicate(name: str, context: str) -> None:
    raise ValueError(f"{name} appears twice in a {context}")
