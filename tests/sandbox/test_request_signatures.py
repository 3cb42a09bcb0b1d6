"""What the sandbox demands of a signed request, one refusal after the other."""

import base64
import hashlib
import time

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller, Headers, digest, public_pem, send

BODY = b'{"chainId": "tron:27Lqcw:TXYZ", "externalId": "c-9"}'


def _get(caller: Caller, **signing: object) -> requests.Response:
    url = f"{caller.sandbox.url}/accounts?a=1&b="
    return send("GET", url, b"", caller.headers("GET", url, b"", **signing))


def _post(caller: Caller, **changes: str | None) -> requests.Response:
    """Send a good request whose signed headers are changed before signing."""
    url = f"{caller.sandbox.url}/customers"
    headers: Headers = {
        "authorization": f"Bearer {caller.token}",
        "content-type": "application/json",
        "content-digest": digest(BODY),
        "idempotency-key": "5c8d9f7e-2a63-4d8c-bb58-0c3f0f1e2d3c",
    }
    for name, value in changes.items():
        headers[name.replace("_", "-")] = value or ""
    return send("POST", url, BODY, caller.sign("POST", url, headers))


def test_a_well_signed_request_passes(caller: Caller) -> None:
    assert _get(caller).status_code == 200
    assert _post(caller).status_code == 201


def test_an_unsigned_request_is_refused(caller: Caller) -> None:
    headers = {"authorization": f"Bearer {caller.token}"}
    answer = send("GET", f"{caller.sandbox.url}/accounts", b"", headers)
    assert answer.text == "invalid request signature: exactly one is needed"


@pytest.mark.parametrize("name", ["@method", "@authority", "@path", "@query", "authorization"])
def test_each_required_component_must_be_covered(caller: Caller, name: str) -> None:
    answer = _get(caller, leave_out=[name])
    assert answer.text == f"invalid request signature: {name} is not covered"


@pytest.mark.parametrize("name", ["content-digest", "idempotency-key"])
def test_digest_and_key_must_be_covered_when_sent(caller: Caller, name: str) -> None:
    url = f"{caller.sandbox.url}/customers"
    headers = caller.headers("POST", url, BODY, leave_out=[name])
    assert send("POST", url, BODY, headers).status_code == 401


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"created": int(time.time()) + 3600}, "expired"),
        ({"created": int(time.time()) - 3600}, "expired"),
        ({"expires": int(time.time()) - 1}, "expired"),
        ({"created": "today"}, "expired"),
        ({"alg": "ecdsa-p256-sha256"}, "algorithm"),
        ({"keyid": "another"}, "unknown key"),
        ({"color": "red"}, "unknown parameter"),
    ],
)
def test_the_parameters_must_be_right(
    caller: Caller, parameters: dict[str, object], reason: str
) -> None:
    answer = _get(caller, **parameters)
    assert (answer.status_code, answer.text) == (401, f"invalid request signature: {reason}")


def test_a_good_expiry_nonce_and_tag_pass(caller: Caller) -> None:
    assert _get(caller, expires=int(time.time()) + 60, nonce="n", tag="t").status_code == 200


def test_another_key_does_not_match(caller: Caller) -> None:
    answer = _get(caller, private_key=ec.generate_private_key(ec.SECP384R1()))
    assert answer.text == "invalid request signature: does not match"


def test_a_signature_is_good_for_its_own_url_only(caller: Caller) -> None:
    url = f"{caller.sandbox.url}/accounts"
    headers = caller.headers("GET", url, b"")
    assert send("GET", f"{url}?closed=1", b"", headers).status_code == 401
    assert send("GET", f"{caller.sandbox.url}/cards", b"", headers).status_code == 401


def test_a_changed_body_does_not_match_its_digest(caller: Caller) -> None:
    url = f"{caller.sandbox.url}/customers"
    headers = caller.headers("POST", url, BODY)
    answer = send("POST", url, BODY + b" ", headers)
    assert answer.text == "invalid request signature: content digest"


SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
SHA512 = base64.b64encode(hashlib.sha512(BODY).digest()).decode()


@pytest.mark.parametrize("good", [f"sha-256=:{SHA256}:", f"sha-512=:{SHA512}:, md5=:AAAA:"])
def test_one_known_digest_is_enough(caller: Caller, good: str) -> None:
    assert _post(caller, content_digest=good).status_code == 201


@pytest.mark.parametrize(
    "bad",
    [
        f"sha-256=:{SHA256}:, sha-512=:{SHA256}:",  # every listed one must match
        "md5=:AAAA:",
        f"sha-256={SHA256}",
        f'sha-256="{SHA256}"',
        "",
    ],
)
def test_a_digest_that_proves_nothing_is_refused(caller: Caller, bad: str) -> None:
    assert _post(caller, content_digest=bad).text == "invalid request signature: content digest"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature", "sig=:AAAA:"),
        ("signature", "sig=:AAAA"),
        ("signature", "other=:AAAA:"),
        ("signature", "sig=text"),
        ("signature-input", "sig=1"),
        ("signature-input", 'sig=("@method";req)'),
        ("signature-input", 'sig=("@method" "@method")'),
        ("signature-input", "sig=(@method)"),
    ],
)
def test_malformed_signature_headers_are_refused(caller: Caller, name: str, value: str) -> None:
    url = f"{caller.sandbox.url}/accounts"
    headers = caller.headers("GET", url, b"") | {name: value}
    assert send("GET", url, b"", headers).status_code == 401


def test_covering_a_header_that_is_not_there_is_refused(caller: Caller) -> None:
    url = f"{caller.sandbox.url}/accounts"
    headers = caller.sign("GET", url, {"authorization": f"Bearer {caller.token}", "x-extra": "1"})
    del headers["x-extra"]
    assert send("GET", url, b"", headers).text.endswith("covered component is missing")


def test_without_an_uploaded_key_nobody_gets_in(sandbox: Sandbox, caller: Caller) -> None:
    url = f"{sandbox.url}/auth/signing"
    assert send("DELETE", url, b"", {"authorization": f"Bearer {caller.token}"}).status_code == 204
    assert _get(caller).status_code == 401


def test_uploading_the_same_key_gives_the_same_id(sandbox: Sandbox, caller: Caller) -> None:
    url, headers = f"{sandbox.url}/auth/signing", {"authorization": f"Bearer {caller.token}"}
    body = {"publicKey": public_pem(caller.key)}
    answer = requests.put(url, json=body, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()) == (200, {"keyId": caller.key_id})


@pytest.mark.parametrize("text", ["", "%%%", "aGVsbG8=", "curve"])
def test_only_a_p384_key_can_be_uploaded(sandbox: Sandbox, caller: Caller, text: str) -> None:
    if text == "curve":
        pem = (
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        text = base64.b64encode(pem).decode()
    url, headers = f"{sandbox.url}/auth/signing", {"authorization": f"Bearer {caller.token}"}
    answer = requests.put(url, json={"publicKey": text}, headers=headers, timeout=5)
    assert answer.status_code == 400


def test_the_refusal_may_be_a_400() -> None:
    with Sandbox(signature_refusal=400, deliveries="manual") as sandbox:
        assert _get(Caller(sandbox), keyid="another").status_code == 400
