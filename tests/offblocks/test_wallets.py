"""Whose wallet signed: published examples, and signatures made by another library."""

import base64
import hashlib
from contextlib import suppress

import pytest
from Crypto.Hash import keccak
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts_app.offblocks import wallets
from accounts_app.offblocks.wallets import SignatureUnreadable

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
# The web3.js documentation signs "Some data" with a key it prints.
MESSAGE = b"Some data"
ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"
SIGNATURE = (
    "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
    "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c"
)
RAW = bytes.fromhex(SIGNATURE[2:])

secrets = st.integers(1, ORDER - 1)


def keccak256(data: bytes) -> bytes:
    """Hash as Ethereum does."""
    return keccak.new(digest_bits=256, data=data).digest()


def point(scalar: int) -> ec.EllipticCurvePublicNumbers:
    """A multiple of the generator, by the arithmetic of OpenSSL."""
    return ec.derive_private_key(scalar, ec.SECP256K1()).public_key().public_numbers()


def address_of(secret: int) -> str:
    """The address of a secret key, lower case."""
    numbers = point(secret)
    return (
        "0x" + keccak256(numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big"))[-20:].hex()
    )


def sign(secret: int, message: bytes, nonce: int) -> bytes:
    """Sign a personal message by the textbook, with a chosen nonce."""
    prefixed = b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message
    shared = point(nonce)
    r = shared.x % ORDER
    s = (int.from_bytes(keccak256(prefixed), "big") + r * secret) * pow(nonce, -1, ORDER) % ORDER
    parity = shared.y % 2
    if s > ORDER // 2:
        s, parity = ORDER - s, 1 - parity
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + parity])


def test_the_published_signature_names_its_wallet() -> None:
    assert wallets.recover_address(MESSAGE, wallets.parse_signature(SIGNATURE)) == ADDRESS


def test_another_message_names_another_wallet() -> None:
    assert wallets.recover_address(MESSAGE + b".", RAW) != ADDRESS


@given(secrets, secrets, st.binary(max_size=200))
@settings(max_examples=25)
def test_a_signature_of_any_key_names_its_wallet(secret: int, nonce: int, message: bytes) -> None:
    signature = sign(secret, message, nonce)
    assert wallets.recover_address(message, signature).lower() == address_of(secret)


@pytest.mark.parametrize("nonce", range(1, 9))
def test_both_parities_are_recovered(nonce: int) -> None:
    secret = int.from_bytes(hashlib.sha256(b"owner").digest(), "big")
    signature = sign(secret, MESSAGE, nonce)
    assert wallets.recover_address(MESSAGE, signature).lower() == address_of(secret)


def test_both_parities_occur() -> None:
    assert {sign(5, MESSAGE, nonce)[-1] for nonce in range(1, 9)} == {27, 28}


@pytest.mark.parametrize(
    "text",
    [
        SIGNATURE,
        SIGNATURE[2:],
        SIGNATURE.upper().replace("0X", "0x"),
        f"  {SIGNATURE}\n",
        SIGNATURE[:66] + "\n" + SIGNATURE[66:],
        base64.b64encode(RAW).decode(),
        base64.b64encode(RAW).decode().rstrip("="),
        base64.urlsafe_b64encode(RAW).decode(),
        base64.b64encode(SIGNATURE.encode()).decode(),
        base64.b64encode(SIGNATURE[2:].encode()).decode(),
        SIGNATURE[:-2] + "01",
    ],
)
def test_a_pasted_signature_is_understood(text: str) -> None:
    assert wallets.parse_signature(text) == RAW


@pytest.mark.parametrize(("byte", "v"), [(0, 27), (1, 28), (27, 27), (28, 28)])
def test_the_last_byte_is_normalised(byte: int, v: int) -> None:
    assert wallets.parse_signature((RAW[:64] + bytes([byte])).hex())[-1] == v


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (RAW[:64], "65 bytes, this has 64"),
        (RAW + b"\0", "65 bytes, this has 66"),
        (RAW[:64] + b"\x02", "this is 2"),
        (RAW[:64] + b"\x25", "this is 37"),
        (bytes(32) + RAW[32:], "out of range"),
        (RAW[:32] + bytes(32) + RAW[64:], "out of range"),
        (ORDER.to_bytes(32, "big") + RAW[32:], "out of range"),
        (RAW[:32] + ORDER.to_bytes(32, "big") + RAW[64:], "out of range"),
        (RAW[:32] + (ORDER // 2 + 1).to_bytes(32, "big") + RAW[64:], "low form"),
    ],
)
def test_a_doubtful_signature_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(SignatureUnreadable, match=words):
        wallets.parse_signature(raw.hex())
    with pytest.raises(SignatureUnreadable, match=words):
        wallets.recover_address(MESSAGE, raw)


@pytest.mark.parametrize("text", ["", "0x", "0xzz", "not a signature!", "0x123", "é", "🙂", "===="])
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureUnreadable):
        wallets.parse_signature(text)


def test_a_number_that_is_on_no_curve_point_is_refused() -> None:
    off_curve = (5).to_bytes(32, "big") + RAW[32:]
    with pytest.raises(SignatureUnreadable, match="No wallet"):
        wallets.recover_address(MESSAGE, off_curve)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    with suppress(SignatureUnreadable):
        assert len(wallets.parse_signature(text)) == 65


def test_the_provider_takes_either_spelling() -> None:
    assert base64.b64decode(wallets.encode_signature(RAW, "raw")) == RAW
    assert base64.b64decode(wallets.encode_signature(RAW, "hex_text")).decode() == SIGNATURE


@pytest.mark.parametrize("text", ["00ff", "0x00ff", "AP8=", "AP8"])
def test_a_signature_of_another_chain_is_passed_on(text: str) -> None:
    assert wallets.encode_unchecked(text) == "AP8="


def test_a_signature_of_another_chain_must_be_encoded() -> None:
    with pytest.raises(SignatureUnreadable, match="neither hex nor base64"):
        wallets.encode_unchecked("?!")
