"""Owners' wallets: addresses, EIP-191 signatures, and whose they are."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox import curve, wallets
from sandbox.errors import Refused
from sandbox.server import Sandbox

ONE = ec.derive_private_key(1, ec.SECP256K1())
ADDRESS_OF_ONE = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
# The example of web3's documentation for signing "Some data".
SOME_KEY = 0x4C0883A69102937D6231471B5DBB6204FE5129617082792AE468D01A3F362318
SOME_SIGNATURE = bytes.fromhex(
    "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
    "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c"
)
SOME_ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"


def test_a_signature_names_its_signer() -> None:
    assert wallets.signer(b"hello", wallets.sign(b"hello", ONE)) == ADDRESS_OF_ONE


def test_the_published_example_is_recovered() -> None:
    assert wallets.signer(b"Some data", SOME_SIGNATURE) == SOME_ADDRESS


def test_the_published_example_is_made() -> None:
    key = ec.derive_private_key(SOME_KEY, ec.SECP256K1())
    assert wallets.sign(b"Some data", key) == SOME_SIGNATURE


@pytest.mark.parametrize("message", [b"a", b"b", b"c", b"d"])
def test_a_recovery_bit_of_zero_or_one_will_do(message: bytes) -> None:
    signature = wallets.sign(message, ONE)
    plain = signature[:64] + bytes([signature[64] - 27])
    assert wallets.signer(message, plain) == ADDRESS_OF_ONE


def test_another_message_names_somebody_else() -> None:
    assert wallets.signer(b"hallo", wallets.sign(b"hello", ONE)) != ADDRESS_OF_ONE


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(65),
        bytes(64) + b"\x1b",
        b"\xff" * 64 + b"\x1b",
        (5).to_bytes(32, "big") + (1).to_bytes(32, "big") + b"\x1b",  # no point has this x
        (1).to_bytes(32, "big") + (1).to_bytes(32, "big") + b"\x05",
    ],
)
def test_nonsense_names_nobody(signature: bytes) -> None:
    assert wallets.signer(b"hello", signature) is None


def test_a_sum_at_infinity_is_nobody() -> None:
    # r = x(G), s = digest: s·R - digest·G = 0
    assert curve.recover((7).to_bytes(32, "big"), curve.G[0], 7, curve.G[1] % 2) is None


def test_the_sandbox_keeps_wallets_and_signs(sandbox: Sandbox) -> None:
    chain_id = sandbox.world.wallets.create("eip155:137")
    challenge = base64.b64encode(b"sign me").decode()
    signature = bytes.fromhex(sandbox.world.sign(challenge, chain_id)[2:])
    assert wallets.signer(b"sign me", signature) == chain_id.removeprefix("eip155:137:")


@pytest.mark.parametrize("chain", ["tron:27Lqcw", "eip155:", "eip155:x"])
def test_only_ethereum_wallets_are_kept(sandbox: Sandbox, chain: str) -> None:
    with pytest.raises(Refused):
        sandbox.world.wallets.create(chain)


def test_a_foreign_wallet_cannot_sign(sandbox: Sandbox) -> None:
    with pytest.raises(Refused):
        sandbox.world.sign("aGVsbG8=", f"eip155:324:{ADDRESS_OF_ONE}")
