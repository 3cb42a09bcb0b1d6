"""The published examples of RFC 9421 and RFC 9530, at the door for incoming messages."""

import pytest

from accounts_app.offblocks.errors import SignatureInvalid

from .hostile import GENUINE
from .webhook import digest

# RFC 9421, appendix B.2: the request of all examples.
BODY = b'{"hello": "world"}'
SHA_512 = (
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwE"
    "mTHWXvJwew==:"
)
# RFC 9530, section 2
SHA_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
REQUEST = {
    "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "Content-Type": "application/json",
    "Content-Digest": SHA_512,
    "Content-Length": "18",
}
CREATED = "created=1618884473"
# example -> Signature-Input, Signature, why our profile has none of it
EXAMPLES = {
    "B.2.1 covers nothing": (
        f'sig-b21=();{CREATED};keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
        "sig-b21=:" + "Ab" * 64 + ":",
        "uncovered",
    ),
    "B.2.5 a shared secret": (
        f'sig-b25=("date" "@authority" "content-type");{CREATED};keyid="test-shared-secret"',
        "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
        "malformed",
    ),
    "B.2.6 another family of keys": (
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
        f';{CREATED};keyid="test-key-ed25519"',
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lI"
        "p5WPpBKRCw==:",
        "malformed",
    ),
}


@pytest.mark.parametrize("value", [SHA_256, SHA_512, f"{SHA_256}, {SHA_512}"])
def test_the_digests_of_the_rfc_are_those_we_compute(value: str) -> None:
    assert GENUINE.but(content_digest=value).verified(body=BODY)


def test_our_test_tools_make_the_digests_of_the_rfc() -> None:
    assert digest(BODY, "sha-256", "sha-512") == f"{SHA_256}, {SHA_512}"


@pytest.mark.parametrize(("claim", "signature", "reason"), EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_of_another_profile_is_refused(claim: str, signature: str, reason: str) -> None:
    headers = REQUEST | {"Signature-Input": claim, "Signature": signature}
    names = ("test-key-rsa-pss", "test-shared-secret", "test-key-ed25519")
    keys = dict.fromkeys(names, GENUINE.key.public_key())
    with pytest.raises(SignatureInvalid, match=reason):
        GENUINE.verified(headers=headers, body=BODY, keys=keys, path="/foo")


def test_the_request_of_the_examples_is_believed_under_our_profile() -> None:
    """The same request, path and body of the RFC, covered and signed as we demand it."""
    message = GENUINE.but(path="/foo", content_digest=SHA_512)
    assert message.verified(body=BODY, headers=REQUEST | message.headers())
