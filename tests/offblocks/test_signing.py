"""Request signatures: our own, checked by hand, and the published examples."""

import base64
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256

from accounts_app.offblocks import signing
from accounts_app.offblocks.signing import Profile, Signer

from .conftest import KEY_ID

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CREATED = int(NOW.timestamp()) - 5
URL = "https://API.example.test/v1/accounts"
HEADERS = {"Authorization": "Bearer t", "Idempotency-Key": "k-1"}
BODY = b'{"hello": "world"}'

# RFC 9421, appendix B.1.3 and B.2.4
P256_KEY = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----
"""
B24_HEADERS = {
    "Content-Type": "application/json",
    "Content-Digest": (
        "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rj"
        "Juahq4l5aGgfLQ==:"
    ),
    "Content-Length": "23",
    "Signature-Input": (
        'sig-b24=("@status" "content-type" "content-digest" "content-length")'
        ';created=1618884473;keyid="test-key-ecc-p256"'
    ),
    "Signature": (
        "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlY"
        "UEkLIj+32oiasw==:"
    ),
}


def signed(
    pem: str, body: bytes = b"", profile: Profile = signing.DEFAULT_PROFILE
) -> dict[str, str]:
    """Sign one POST."""
    return Signer(pem, KEY_ID, profile).sign("POST", URL, HEADERS, body, now=NOW)


def check(key: ec.EllipticCurvePrivateKey, signature: str, base: str) -> None:
    """Verify a Signature header over a hand-made base, with nothing but the curve."""
    raw = base64.b64decode(signature.removeprefix("sig=:").removesuffix(":"), validate=True)
    assert len(raw) == 96
    der = encode_dss_signature(int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
    key.public_key().verify(der, base.encode(), ec.ECDSA(hashes.SHA384()))


def test_a_signature_verifies_over_a_base_made_by_hand(
    pem: str, private_key: ec.EllipticCurvePrivateKey
) -> None:
    headers = signed(pem, BODY)
    params = (
        '("@method" "@authority" "@path" "@query" "authorization" "content-digest"'
        f' "idempotency-key");created={CREATED};keyid="{KEY_ID}";alg="ecdsa-p384-sha384"'
    )
    assert headers["Signature-Input"] == f"sig={params}"
    base = [
        '"@method": POST',
        '"@authority": api.example.test',
        '"@path": /v1/accounts',
        '"@query": ?',
        '"authorization": Bearer t',
        f'"content-digest": {headers["Content-Digest"]}',
        '"idempotency-key": k-1',
        f'"@signature-params": {params}',
    ]
    check(private_key, headers["Signature"], "\n".join(base))


def test_a_request_without_body_and_key_covers_neither(
    pem: str, private_key: ec.EllipticCurvePrivateKey
) -> None:
    headers = Signer(pem, KEY_ID).sign(
        "GET", "http://127.0.0.1:8001/v1/cards", {"Authorization": "Bearer t"}, b"", now=NOW
    )
    covered = '("@method" "@authority" "@path" "@query" "authorization")'
    assert headers["Signature-Input"].startswith(f"sig={covered};")
    assert "Content-Digest" not in headers
    base = [
        '"@method": GET',
        '"@authority": 127.0.0.1:8001',
        '"@path": /v1/cards',
        '"@query": ?',
        '"authorization": Bearer t',
        f'"@signature-params": {headers["Signature-Input"].removeprefix("sig=")}',
    ]
    check(private_key, headers["Signature"], "\n".join(base))


def test_the_callers_headers_are_left_alone(pem: str) -> None:
    before = dict(HEADERS)
    signed(pem, BODY)
    assert before == HEADERS


def test_the_profile_decides_what_is_covered_and_when(pem: str) -> None:
    profile = Profile(
        covered=("@method", "content-digest"),
        digests=("sha-512",),
        backdate=timedelta(),
        lifetime=timedelta(seconds=60),
    )
    headers = signed(pem, BODY, profile)
    created = CREATED + 5
    assert headers["Signature-Input"] == (
        f'sig=("@method" "content-digest");created={created};keyid="{KEY_ID}"'
        f';alg="ecdsa-p384-sha384";expires={created + 60}'
    )
    assert headers["Content-Digest"].startswith("sha-512=:")


def test_the_library_agrees_with_the_published_p256_example() -> None:
    resolver = MappingKeyResolver(public_keys={"test-key-ecc-p256": P256_KEY}, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=ECDSA_P256_SHA256, key_resolver=resolver)
    response = SimpleNamespace(status_code=200, headers=B24_HEADERS)
    (result,) = verifier.verify(response, max_age=None, body=b'{"message": "good dog"}')
    assert result.parameters["created"] == 1618884473


# RFC 9530, appendix A and B; RFC 9421, appendix B.2
@pytest.mark.parametrize(
    ("body", "algorithm", "digest"),
    [
        (BODY, "sha-256", "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
        (BODY + b"\n", "sha-256", "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="),
        (
            BODY,
            "sha-512",
            "WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==",
        ),
        (
            BODY + b"\n",
            "sha-512",
            "YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==",
        ),
    ],
)
def test_a_digest_matches_the_published_examples(body: bytes, algorithm: str, digest: str) -> None:
    assert signing.content_digest(body, (algorithm,)) == f"{algorithm}=:{digest}:"


def test_a_digest_lists_all_algorithms_asked_for() -> None:
    both = signing.content_digest(BODY)
    assert both == ", ".join(signing.content_digest(BODY, (name,)) for name in signing.DIGESTS)


def test_the_exported_key_is_the_pem_in_base64(
    pem: str, private_key: ec.EllipticCurvePrivateKey
) -> None:
    exported = base64.b64decode(signing.export_public_key(signing.public_pem(pem)))
    key = signing.load_public_key(exported)
    assert key.public_numbers() == private_key.public_key().public_numbers()


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes = b"") -> bytes:
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )


@pytest.mark.parametrize(
    "key",
    [
        _pem(ec.generate_private_key(ec.SECP256R1())),
        _pem(rsa.generate_private_key(65537, 2048)),
        _pem(ec.generate_private_key(ec.SECP384R1()), b"password"),
        b"-----BEGIN nothing-----",
        "",
    ],
    ids=["other curve", "RSA", "with a password", "no key", "empty"],
)
def test_any_other_signing_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match=r"key|PEM"):
        Signer(key, KEY_ID)


def test_a_public_key_on_another_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="P-384"):
        signing.export_public_key(P256_KEY)
