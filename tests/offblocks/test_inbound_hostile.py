"""Webhooks that are not genuine, each spoiled in one way; nothing but a refusal ever comes out."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts_app.offblocks.errors import SignatureInvalid

from .webhook import BODY, KEY_ID, STAMP, Webhook, digest

OTHER_KEY = ec.generate_private_key(ec.SECP384R1())
GENUINE = Webhook(OTHER_KEY)
MANY = "".join(f', l{n}=("@method");created=1' for n in range(300))

Spoil = Callable[[dict[str, str]], dict[str, str]]


def der(webhook: Webhook) -> str:
    """The signature in the form of OpenSSL."""
    raw = webhook.key.sign(webhook.base(), ec.ECDSA(hashes.SHA384()))
    return f"sig=:{base64.b64encode(raw).decode()}:"


def encoded(raw: bytes) -> str:
    """A Signature header with these bytes."""
    return f"sig=:{base64.b64encode(raw).decode()}:"


def reason_of(webhook: Webhook, **changes: Any) -> str:
    """Why it is refused."""
    with pytest.raises(SignatureInvalid) as caught:
        webhook.verified(**changes)
    return caught.value.reason.value


# What an attacker changes in what was claimed; the signature fits the claim.
CLAIMS = [
    ({"params": f';created={STAMP};keyid="other"'}, "unknown_key"),
    ({"params": f";created={STAMP}"}, "missing"),
    ({"params": f";created={STAMP};keyid=5"}, "malformed"),
    ({"params": f";created={STAMP};keyid=hook-1"}, "malformed"),
    ({"params": f';keyid="{KEY_ID}"'}, "missing"),
    ({"params": f';created="{STAMP}";keyid="{KEY_ID}"'}, "malformed"),
    ({"params": f';created={STAMP}.0;keyid="{KEY_ID}"'}, "malformed"),
    ({"params": f';created;keyid="{KEY_ID}"'}, "malformed"),
    ({"params": f';created=-1;keyid="{KEY_ID}"'}, "expired"),
    ({"params": f';created=999999999999999;keyid="{KEY_ID}"'}, "not_yet_valid"),
    ({"params": f';created={STAMP};expires="never";keyid="{KEY_ID}"'}, "malformed"),
    ({"params": f';created={STAMP};keyid="{KEY_ID}";alg="hmac-sha256"'}, "wrong_algorithm"),
    ({"params": f';created={STAMP};keyid="{KEY_ID}";alg="ecdsa-p256-sha256"'}, "wrong_algorithm"),
    ({"params": f';created={STAMP};keyid="{KEY_ID}";alg'}, "wrong_algorithm"),
    ({"params": f';created={STAMP};keyid="{KEY_ID}";nonce=5'}, "malformed"),
    ({"params": f';created={STAMP};keyid="{KEY_ID}";unheard="x"'}, "malformed"),
    ({"params": f';created={STAMP};created={STAMP};keyid="{KEY_ID}"'}, "malformed"),
    ({"covered": ()}, "uncovered"),
    ({"covered": ("@method", "@path")}, "uncovered"),
    ({"covered": ("@path", "content-digest")}, "uncovered"),
    ({"covered": ("@method", "content-digest")}, "uncovered"),
    ({"covered": ("@method", "@path", "content-digest", "@method")}, "malformed"),
    ({"content_digest": digest(b"other")}, "digest_mismatch"),
    ({"content_digest": f"{digest()}, {digest(b'other', 'sha-512')}"}, "digest_mismatch"),
    ({"content_digest": f"{digest()}, {digest(BODY, 'md5')}"}, "wrong_algorithm"),
    ({"content_digest": digest(BODY, "md5")}, "wrong_algorithm"),
    ({"content_digest": f"{digest()}, {digest()}"}, "malformed"),
    ({"content_digest": "sha-256=abc"}, "malformed"),
    ({"content_digest": "sha-256=(:AA==:)"}, "malformed"),
    ({"content_digest": "sha-256"}, "malformed"),
    ({"content_digest": "sha-256=:AA==:"}, "digest_mismatch"),
    ({"content_digest": ""}, "malformed"),
    ({"content_digest": digest() + " " * 8200}, "malformed"),
]


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
HEADERS: list[tuple[Spoil, str]] = [
    (without("Signature"), "missing"),
    (without("Signature-Input"), "missing"),
    (without("Content-Digest"), "missing"),
    (lambda _: {}, "missing"),
    (lambda headers: headers | {"signature": headers["Signature"]}, "malformed"),
    (signature(""), "malformed"),
    (signature(der(GENUINE)), "malformed"),
    (signature(encoded(bytes(96))), "malformed"),
    (signature(encoded(bytes(48) + b"\1" * 48)), "malformed"),
    (signature(encoded(b"\1" * 48 + bytes(48))), "malformed"),
    (signature(encoded(b"\xff" * 96)), "mismatch"),
    (signature(encoded(GENUINE.signature() + b"\0")), "malformed"),
    (signature(encoded(GENUINE.signature()[:95])), "malformed"),
    (signature('sig="text"'), "malformed"),
    (signature("sig"), "malformed"),
    (signature("sig=(:AA==:)"), "malformed"),
    (signature("other=:AA==:"), "malformed"),
    (signature("**"), "malformed"),
    (signature("*, *"), "malformed"),
    (signature("*, b=:AA==:"), "several_labels"),
    (claimed('*, b=("@method")'), "several_labels"),
    (claimed("*" + MANY), "malformed"),
    (claimed(""), "malformed"),
    (claimed("sig=5"), "malformed"),
    (claimed('sig=("@method'), "malformed"),
    (claimed("*ü"), "malformed"),
    (edited("@path", "@query"), "uncovered"),
    (edited('"@path" ', ""), "uncovered"),
    (edited('digest"', 'digest";req'), "uncovered"),
    (edited('digest"', 'digest";key="sha-256"'), "uncovered"),
    (edited(")", ' "x-absent")'), "malformed"),
    (edited(")", " token)"), "malformed"),
    (edited(str(STAMP), str(STAMP + 1)), "mismatch"),
    (edited("sig=", "other="), "malformed"),
]


@pytest.mark.parametrize(("claim", "reason"), CLAIMS)
def test_a_false_claim_is_refused(claim: dict[str, Any], reason: str) -> None:
    assert reason_of(GENUINE.but(**claim)) == reason


@pytest.mark.parametrize(("spoil", "reason"), HEADERS)
def test_spoiled_headers_are_refused(spoil: Spoil, reason: str) -> None:
    assert reason_of(GENUINE, headers=spoil(GENUINE.headers())) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"body": BODY + b" "}, "digest_mismatch"),
        ({"body": b""}, "digest_mismatch"),
        ({"method": "PUT"}, "mismatch"),
        ({"method": "post"}, "malformed"),
        ({"path": "/webhooks/elsewhere/"}, "mismatch"),
        ({"keys": {}}, "unknown_key"),
        ({"keys": {KEY_ID: ec.generate_private_key(ec.SECP384R1()).public_key()}}, "mismatch"),
        ({"keys": {KEY_ID: ec.generate_private_key(ec.SECP256R1()).public_key()}}, "malformed"),
        ({"target_uri": "not a url"}, "malformed"),
    ],
)
def test_a_message_other_than_the_signed_one_is_refused(
    change: dict[str, Any], reason: str
) -> None:
    assert reason_of(GENUINE, **change) == reason


def test_another_target_is_refused_when_the_target_is_covered() -> None:
    webhook = GENUINE.but(covered=("@method", "@target-uri", "content-digest"))
    assert reason_of(webhook, target_uri="https://elsewhere.test/webhooks/") == "mismatch"


words = st.text(st.characters(max_codepoint=0x17F), max_size=60)
pieces = st.sampled_from(
    ["sig", "=", "(", ")", '"@method"', ";", "created", "1", ":AA==:", ",", " "]
)
values = words | st.lists(pieces, max_size=20).map("".join)


@settings(deadline=None)
@given(values, values, values)
def test_no_headers_raise_anything_else(one: str, two: str, three: str) -> None:
    headers = {"Signature": one, "Signature-Input": two, "Content-Digest": three}
    with pytest.raises(SignatureInvalid):
        GENUINE.verified(headers=headers)


@settings(deadline=None)
@given(st.sampled_from(sorted(GENUINE.headers())), st.data())
def test_no_single_changed_character_passes(name: str, data: st.DataObject) -> None:
    headers = GENUINE.headers()
    value = headers[name]
    at = data.draw(st.integers(0, len(value) - 1))
    changed = value[:at] + data.draw(st.characters(max_codepoint=0xFF)) + value[at + 1 :]
    try:
        GENUINE.verified(headers=headers | {name: changed})
    except SignatureInvalid:
        return
    assert changed == value
