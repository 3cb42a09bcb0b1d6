"""AWS-LC and OpenSSL believe the same signatures."""

import copy

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from accounts_app.offblocks.verifying import VerifyingKey

PRIVATE = ec.generate_private_key(ec.SECP384R1())
PUBLIC = PRIVATE.public_key()
FAST = VerifyingKey(PUBLIC)
ECDSA = ec.ECDSA(hashes.SHA384())
DATA = b'"@method": POST'
R, S = decode_dss_signature(PRIVATE.sign(DATA, ECDSA))
# Of the curve, FIPS 186-4, D.1.2.4
ORDER = int(
    "39402006196394479212279040100143613805079739270465446667946905279627659399113263569398956308152"
    "294913554433653942643"
)
PAIRS = {
    "as signed": (R, S, True),
    "the other root, as good": (R, ORDER - S, True),
    "r once around": (R + ORDER, S, False),
    "s once around": (R, S + ORDER, False),
    "r is the order": (ORDER, S, False),
    "s is the order": (R, ORDER, False),
    "r is zero": (0, S, False),
    "s is zero": (R, 0, False),
    "both are zero": (0, 0, False),
    "exchanged": (S, R, False),
    "a bit of r": (R ^ 1, S, False),
    "the largest": (2**384 - 1, 2**384 - 1, False),
}


def believes(key: ec.EllipticCurvePublicKey, signature: bytes, data: bytes = DATA) -> bool:
    """Whether it verifies; any other error is the test's."""
    try:
        key.verify(signature, data, ECDSA)
    except InvalidSignature:
        return False
    return True


@given(st.binary(max_size=300))
def test_what_openssl_signed_is_believed(data: bytes) -> None:
    assert believes(FAST, PRIVATE.sign(data, ECDSA), data)


@pytest.mark.parametrize(
    ("r", "s", "is_genuine"),
    PAIRS.values(),
    ids=PAIRS,
)
def test_both_believe_the_same_pair(r: int, s: int, is_genuine: bool) -> None:
    signature = encode_dss_signature(r, s)
    assert believes(FAST, signature) == believes(PUBLIC, signature) == is_genuine


@given(st.integers(0, 101), st.integers(1, 255))
def test_a_byte_changed_is_believed_by_neither(place: int, change: int) -> None:
    signature = bytearray(encode_dss_signature(R, S))
    signature[place % len(signature)] ^= change
    assert not believes(FAST, bytes(signature))
    assert not believes(PUBLIC, bytes(signature))


@given(st.binary(max_size=120))
def test_rubbish_is_believed_by_neither(signature: bytes) -> None:
    assert not believes(FAST, signature)


def test_other_data_is_not_believed() -> None:
    assert not believes(FAST, encode_dss_signature(R, S), DATA + b" ")


def test_another_key_does_not_believe() -> None:
    other = VerifyingKey(ec.generate_private_key(ec.SECP384R1()).public_key())
    assert not believes(other, encode_dss_signature(R, S))


def test_a_genuine_signature_is_not_believed_under_the_name_of_another_digest() -> None:
    with pytest.raises(InvalidSignature):
        FAST.verify(encode_dss_signature(R, S), DATA, ec.ECDSA(hashes.SHA256()))


def test_it_is_the_same_key_in_all_else() -> None:
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert FAST.public_bytes(*form) == PUBLIC.public_bytes(*form)
    assert FAST.public_numbers() == PUBLIC.public_numbers()
    assert (FAST.key_size, FAST.curve.name) == (384, "secp384r1")
    assert FAST == PUBLIC
    assert len({FAST, VerifyingKey(PUBLIC), copy.copy(FAST), copy.deepcopy(FAST)}) == 1
    assert VerifyingKey(ec.generate_private_key(ec.SECP384R1()).public_key()) != FAST
