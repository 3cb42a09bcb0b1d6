"""The signature base and its check, against a vector written by hand."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from sandbox import signatures, structured
from sandbox.signatures import Message

KEY = ec.derive_private_key(2**300 + 17, ec.SECP384R1())
MESSAGE = Message(
    method="POST",
    authority="Provider.Example:8001",
    path="/v1/customers",
    query="?",
    headers={"authorization": "Bearer abc", "content-digest": "  sha-256=:AAAA:  "},
)
INPUT = (
    'sig=("@method" "@authority" "@path" "@query" "authorization" "content-digest")'
    ';created=1700000000;keyid="a \\"key\\"";alg="ecdsa-p384-sha384"'
)
BASE = b"""\
"@method": POST
"@authority": provider.example:8001
"@path": /v1/customers
"@query": ?
"authorization": Bearer abc
"content-digest": sha-256=:AAAA:
"@signature-params": ("@method" "@authority" "@path" "@query" "authorization" "content-digest")\
;created=1700000000;keyid="a \\"key\\"";alg="ecdsa-p384-sha384\""""


def _base() -> bytes:
    covered = structured.dictionary(INPUT)["sig"]
    assert isinstance(covered, structured.InnerList)
    return signatures.signature_base(MESSAGE, covered)


def _raw_signature(base: bytes) -> bytes:
    r, s = utils.decode_dss_signature(KEY.sign(base, ec.ECDSA(hashes.SHA384())))
    return r.to_bytes(48, "big") + s.to_bytes(48, "big")


def test_the_base_is_the_one_written_by_hand() -> None:
    assert _base() == BASE


def test_a_signature_over_the_hand_written_base_is_good() -> None:
    assert signatures.verify(KEY.public_key(), _base(), _raw_signature(BASE))


def test_a_signature_of_der_form_is_not() -> None:
    der = KEY.sign(BASE, ec.ECDSA(hashes.SHA384()))
    assert not signatures.verify(KEY.public_key(), BASE, der)


@pytest.mark.parametrize("place", [0, 47, 48, 95])
def test_every_byte_of_a_signature_counts(place: int) -> None:
    spoilt = bytearray(_raw_signature(BASE))
    spoilt[place] ^= 1
    assert not signatures.verify(KEY.public_key(), BASE, bytes(spoilt))


def test_our_own_signature_verifies_with_plain_cryptography() -> None:
    raw = signatures.sign(KEY, BASE)
    r, s = (int.from_bytes(part, "big") for part in (raw[:48], raw[48:]))
    der = utils.encode_dss_signature(r, s)
    KEY.public_key().verify(der, BASE, ec.ECDSA(hashes.SHA384()))


def test_a_digest_is_the_one_of_the_rfc() -> None:
    # RFC 9530, appendix B.1
    body = b'{"hello": "world"}\n'
    listed = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert signatures.content_digest(body) == listed
    assert signatures.digest_matches(listed, body)
