"""Every way we know to spoil a genuine webhook, by name: in its claim, on its way, as it is met."""

import base64
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .webhook import BODY, KEY_ID, NOW, STAMP, Webhook, digest

OTHER_KEY = ec.generate_private_key(ec.SECP384R1())
GENUINE = Webhook(OTHER_KEY)
MANY = "".join(f', l{n}=("@method");created=1' for n in range(300))

Spoil = Callable[[dict[str, str]], dict[str, str]]


def der(webhook: Webhook) -> str:
    """The signature in the form of OpenSSL."""
    raw = webhook.key.sign(webhook.base(), ec.ECDSA(hashes.SHA384()))
    return f"sig=:{base64.b64encode(raw).decode()}:"


def shared_secret(webhook: Webhook) -> str:
    """What an algorithm with a shared secret makes of our copy of the public key."""
    pem = webhook.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = hmac.digest(pem, webhook.base(), "sha512") + bytes(32)
    return encoded(raw)


def weaker_hash(webhook: Webhook) -> str:
    """A signature by the right key, over a hash that is not the algorithm's."""
    r, s = decode_dss_signature(webhook.key.sign(webhook.base(), ec.ECDSA(hashes.SHA256())))
    return encoded(r.to_bytes(48, "big") + s.to_bytes(48, "big"))


def encoded(raw: bytes) -> str:
    """A Signature header with these bytes."""
    return f"sig=:{base64.b64encode(raw).decode()}:"


def stated(more: str) -> dict[str, Any]:
    """A claim that is right but for one parameter more."""
    return {"params": f';created={STAMP};keyid="{KEY_ID}";{more}'}


# What an attacker changes in what was claimed; the signature fits the claim.
CLAIMS = {
    "another key id": ({"params": f';created={STAMP};keyid="other"'}, "unknown_key"),
    "no key id": ({"params": f";created={STAMP}"}, "missing"),
    "a number for key id": ({"params": f";created={STAMP};keyid=5"}, "malformed"),
    "a token for key id": ({"params": f";created={STAMP};keyid=hook-1"}, "malformed"),
    "no created": ({"params": f';keyid="{KEY_ID}"'}, "missing"),
    "a text for created": ({"params": f';created="{STAMP}";keyid="{KEY_ID}"'}, "malformed"),
    "a fraction for created": ({"params": f';created={STAMP}.0;keyid="{KEY_ID}"'}, "malformed"),
    "created without value": ({"params": f';created;keyid="{KEY_ID}"'}, "malformed"),
    "created before the epoch": ({"params": f';created=-1;keyid="{KEY_ID}"'}, "expired"),
    "created in the far future": (
        {"params": f';created=999999999999999;keyid="{KEY_ID}"'},
        "not_yet_valid",
    ),
    "a text for expires": (
        {"params": f';created={STAMP};expires="never";keyid="{KEY_ID}"'},
        "malformed",
    ),
    "the algorithm of a shared secret": (
        stated('alg="hmac-sha256"'),
        "wrong_algorithm",
    ),
    "no algorithm at all": (
        stated('alg="none"'),
        "wrong_algorithm",
    ),
    "the algorithm of another family": (
        stated('alg="ed25519"'),
        "wrong_algorithm",
    ),
    "the algorithm of a smaller curve": (
        stated('alg="ecdsa-p256-sha256"'),
        "wrong_algorithm",
    ),
    "an algorithm without name": (
        stated("alg"),
        "wrong_algorithm",
    ),
    "a number for nonce": (stated("nonce=5"), "malformed"),
    "an unknown parameter": (
        stated('unheard="x"'),
        "malformed",
    ),
    "created twice": (
        {"params": f';created={STAMP};created={STAMP};keyid="{KEY_ID}"'},
        "malformed",
    ),
    "nothing covered": ({"covered": ()}, "uncovered"),
    "an uncovered digest": ({"covered": ("@method", "@path")}, "uncovered"),
    "an uncovered method": ({"covered": ("@path", "content-digest")}, "uncovered"),
    "an uncovered target": ({"covered": ("@method", "content-digest")}, "uncovered"),
    "a component twice": (
        {"covered": ("@method", "@path", "content-digest", "@method")},
        "malformed",
    ),
    "a digest of another body": ({"content_digest": digest(b"other")}, "digest_mismatch"),
    "one right and one wrong digest": (
        {"content_digest": f"{digest()}, {digest(b'other', 'sha-512')}"},
        "digest_mismatch",
    ),
    "one right and one obsolete digest": (
        {"content_digest": f"{digest()}, {digest(BODY, 'md5')}"},
        "wrong_algorithm",
    ),
    "a checksum for a digest": ({"content_digest": "unixsum=:AAA=:"}, "wrong_algorithm"),
    "a weaker digest": ({"content_digest": digest(BODY, "sha1")}, "wrong_algorithm"),
    "an obsolete digest alone": ({"content_digest": digest(BODY, "md5")}, "wrong_algorithm"),
    "a digest twice": ({"content_digest": f"{digest()}, {digest()}"}, "malformed"),
    "a digest that is no bytes": ({"content_digest": "sha-256=abc"}, "malformed"),
    "a digest that is a list": ({"content_digest": "sha-256=(:AA==:)"}, "malformed"),
    "a digest without value": ({"content_digest": "sha-256"}, "malformed"),
    "a digest too short": ({"content_digest": "sha-256=:AA==:"}, "digest_mismatch"),
    "an empty digest header": ({"content_digest": ""}, "malformed"),
    "an oversize digest header": ({"content_digest": digest() + " " * 8200}, "malformed"),
}


def without(name: str) -> Spoil:
    """Leave a header out."""
    return lambda headers: {other: headers[other] for other in headers if other != name}


def signature(value: str) -> Spoil:
    """Replace the signature; a star stands for the genuine one."""
    return lambda headers: headers | {"Signature": value.replace("*", headers["Signature"])}


def claimed(value: str) -> Spoil:
    """Replace the claim; a star stands for the genuine one."""
    return lambda h: h | {"Signature-Input": value.replace("*", h["Signature-Input"])}


def edited(old: str, new: str) -> Spoil:
    """Replace a part of the claim."""
    return lambda h: h | {"Signature-Input": h["Signature-Input"].replace(old, new)}


# What an attacker changes on the way; the signature was genuine.
HEADERS: dict[str, tuple[Spoil, str]] = {
    "no signature": (without("Signature"), "missing"),
    "no signature input": (without("Signature-Input"), "missing"),
    "no content digest": (without("Content-Digest"), "missing"),
    "no headers at all": (lambda _: {}, "missing"),
    "a header in two spellings": (
        lambda headers: headers | {"signature": headers["Signature"]},
        "malformed",
    ),
    "an empty signature": (signature(""), "malformed"),
    "a DER signature": (signature(der(GENUINE)), "malformed"),
    "r and s zero": (signature(encoded(bytes(96))), "malformed"),
    "r zero": (signature(encoded(bytes(48) + b"\1" * 48)), "malformed"),
    "s zero": (signature(encoded(b"\1" * 48 + bytes(48))), "malformed"),
    "r and s beyond the curve": (signature(encoded(b"\xff" * 96)), "mismatch"),
    "a shared secret's signature": (signature(shared_secret(GENUINE)), "mismatch"),
    "a weaker hash's signature": (signature(weaker_hash(GENUINE)), "mismatch"),
    "a byte too many": (signature(encoded(GENUINE.signature() + b"\0")), "malformed"),
    "a byte too few": (signature(encoded(GENUINE.signature()[:95])), "malformed"),
    "a text for signature": (signature('sig="text"'), "malformed"),
    "a signature without value": (signature("sig"), "malformed"),
    "a signature that is a list": (signature("sig=(:AA==:)"), "malformed"),
    "a signature of another label": (signature("other=:AA==:"), "malformed"),
    "a signature run together": (signature("**"), "malformed"),
    "a signature twice": (signature("*, *"), "malformed"),
    "two signatures": (signature("*, b=:AA==:"), "several_labels"),
    "two inputs": (claimed('*, b=("@method")'), "several_labels"),
    "three hundred inputs": (claimed("*" + MANY), "malformed"),
    "an empty input": (claimed(""), "malformed"),
    "a number for input": (claimed("sig=5"), "malformed"),
    "an input broken off": (claimed('sig=("@method'), "malformed"),
    "an input that is no ASCII": (claimed("*ü"), "malformed"),
    "a query for the path": (edited("@path", "@query"), "uncovered"),
    "the path taken out": (edited('"@path" ', ""), "uncovered"),
    "the digest of the request it answers": (edited('digest"', 'digest";req'), "uncovered"),
    "a part of the digest": (edited('digest"', 'digest";key="sha-256"'), "uncovered"),
    "a component that is not there": (edited(")", ' "x-absent")'), "malformed"),
    "a component that is no text": (edited(")", " token)"), "malformed"),
    "created changed": (edited(str(STAMP), str(STAMP + 1)), "mismatch"),
    "the label changed": (edited("sig=", "other="), "malformed"),
}

# What an attacker changes in how it is met; headers and claim are genuine.
MESSAGES: dict[str, tuple[dict[str, Any], str]] = {
    "a replay with a byte more": ({"body": BODY + b" "}, "digest_mismatch"),
    "a replay without body": ({"body": b""}, "digest_mismatch"),
    "another method": ({"method": "PUT"}, "mismatch"),
    "the method in lower case": ({"method": "post"}, "malformed"),
    "another path": ({"path": "/webhooks/elsewhere/"}, "mismatch"),
    "the path encoded otherwise": ({"path": "/webhooks/offblock%73/"}, "mismatch"),
    "no key registered": ({"keys": {}}, "unknown_key"),
    "another key under the id": (
        {"keys": {KEY_ID: ec.generate_private_key(ec.SECP384R1()).public_key()}},
        "mismatch",
    ),
    "a key of a smaller curve": (
        {"keys": {KEY_ID: ec.generate_private_key(ec.SECP256R1()).public_key()}},
        "malformed",
    ),
    "a target that is no address": ({"target_uri": "not a url"}, "malformed"),
    "stale by a second": ({"now": NOW + timedelta(seconds=301)}, "expired"),
    "from the future by a second": ({"now": NOW - timedelta(seconds=61)}, "not_yet_valid"),
}
