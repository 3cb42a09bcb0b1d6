"""The owner's wallet: CAIP-10 account ids, EIP-191 signatures, and who made them.

Everything here is public data, so the curve arithmetic needs no constant time. Nothing signs.
"""

import base64
import re
from dataclasses import dataclass, replace
from typing import Literal, Self

from Crypto.Hash import keccak  # pycryptodome, not the dead pyCrypto  # nosec B413

SIGNATURE_LENGTH = 65  # r, s and v

# secp256k1: the field, the order of the group and its generator
_P = 2**256 - 2**32 - 977
_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
_Point = tuple[int, int] | None  # None is the point at infinity

_CAIP10 = re.compile(r"([-a-z0-9]{3,8}):([-_a-zA-Z0-9]{1,64}):([-.%a-zA-Z0-9]{1,128})")
_EVM_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")


class SignatureUnreadable(ValueError):
    """The text is not a wallet signature we accept; the message is fit for staff."""


@dataclass(frozen=True)
class ChainAccount:
    """An account on a blockchain, CAIP-10 ("Blockchain Identifiers")."""

    namespace: str
    reference: str
    address: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `eip155:324:0x…`; raises ValueError for anything that is not CAIP-10."""
        match = _CAIP10.fullmatch(text)
        if match is None:
            raise ValueError(f"not a CAIP-10 account id: {text[:80]!r}")
        return cls(*match.groups())

    def __str__(self) -> str:
        return f"{self.namespace}:{self.reference}:{self.address}"

    @property
    def is_evm(self) -> bool:
        """Whether its signatures can be checked here."""
        return self.namespace == "eip155" and _EVM_ADDRESS.fullmatch(self.address) is not None

    def has_address(self, address: str) -> bool:
        """Whether this is its address; only EVM addresses are compared without case."""
        if self.namespace == "eip155":
            return self.address.lower() == address.lower()
        return self.address == address

    def checksummed(self) -> Self:
        """Spell an EVM address with its checksum; ValueError when its capitals contradict that."""
        if self.namespace != "eip155":
            return self
        address = checksum_address(self.address)
        digits = self.address[2:]
        if address != self.address and digits not in (digits.lower(), digits.upper()):
            raise ValueError("the capitals of this address do not fit its checksum")
        return replace(self, address=address)

    def same_wallet(self, other: "ChainAccount") -> bool:
        """Whether both ids name the same address on the same chain."""
        same_chain = (self.namespace, self.reference) == (other.namespace, other.reference)
        return same_chain and self.has_address(other.address)


def same_wallet(one: str, other: str) -> bool:
    """Whether two CAIP-10 ids name one wallet; what is none is compared as text."""
    try:
        return ChainAccount.parse(one).same_wallet(ChainAccount.parse(other))
    except ValueError:
        return one == other


def checksum_address(address: str) -> str:
    """Spell an EVM address with its checksum (EIP-55); raises ValueError if it is none."""
    if not _EVM_ADDRESS.fullmatch(address):
        raise ValueError("not an EVM address")
    digits = address[2:].lower()
    nibbles = _keccak(digits.encode("ascii")).hex()
    cased = (d.upper() if int(n, 16) >= 8 else d for d, n in zip(digits, nibbles, strict=False))
    return "0x" + "".join(cased)


def decode_challenge(text: str) -> bytes:
    """Return the message to be signed; accepts standard and URL-safe base64, padded or not.

    Raises ValueError if it is neither.
    """
    decoded = _from_base64(text)
    if not decoded:
        raise ValueError("the challenge is not base64")
    return decoded


def parse_signature(text: str) -> bytes:
    """Return the 65 bytes of a pasted signature, with v as 27 or 28.

    Accepts hex with or without 0x, base64 of the raw bytes, and base64 of the hex text. Raises
    SignatureUnreadable.
    """
    compact = "".join(text.split())
    raw = _from_hex(compact) or _from_base64(compact)
    if raw is None:
        raise SignatureUnreadable("This is neither hex nor base64.")
    if len(raw) > SIGNATURE_LENGTH and raw.isascii():
        raw = _from_hex(raw.decode("ascii").strip()) or raw
    if len(raw) != SIGNATURE_LENGTH:
        raise SignatureUnreadable(f"A signature has 65 bytes, this has {len(raw)}.")
    return _checked(raw)


def encode_signature(signature: bytes, encoding: Literal["raw", "hex_text"]) -> str:
    """Return the signature as the provider takes it, in base64.

    "Sign in with X" says base64 of the hex text, the schema sample is base64 of the raw bytes.
    """
    content = signature if encoding == "raw" else b"0x" + signature.hex().encode("ascii")
    return base64.b64encode(content).decode("ascii")


def encode_unchecked(text: str) -> str:
    """Return in base64 the signature of a chain we cannot check; hex is converted, base64 kept."""
    compact = "".join(text.split())
    raw = _from_hex(compact) or _from_base64(compact)
    if not raw:
        raise SignatureUnreadable("This is neither hex nor base64.")
    return base64.b64encode(raw).decode("ascii")


def recover_address(message: bytes, signature: bytes) -> str:
    """Return the address whose key signed this message as a personal message (EIP-191).

    Takes what `parse_signature` returns. Raises SignatureUnreadable if no key can have made it.
    """
    r, s, v = _split(_checked(signature))
    prefixed = b"\x19Ethereum Signed Message:\n%d%b" % (len(message), message)
    point = _recover(int.from_bytes(_keccak(prefixed)), r, s, is_odd=v == 28)
    if point is None:
        raise SignatureUnreadable("No wallet can have made this signature.")
    x, y = point
    return checksum_address("0x" + _keccak(x.to_bytes(32) + y.to_bytes(32))[-20:].hex())


def _checked(raw: bytes) -> bytes:
    r, s, v = _split(raw)
    if not 0 < r < _N or not 0 < s < _N:
        raise SignatureUnreadable("The numbers in this signature are out of range.")
    if s > _N // 2:
        # Every signature has a twin with n - s; wallets make the low one, so that there is one.
        raise SignatureUnreadable("This signature was altered: wallets make only the low form.")
    if v not in {0, 1, 27, 28}:
        raise SignatureUnreadable(f"The last byte of a signature is 27 or 28, this is {v}.")
    return raw[:64] + bytes([v if v >= 27 else v + 27])


def _split(raw: bytes) -> tuple[int, int, int]:
    if len(raw) != SIGNATURE_LENGTH:
        raise SignatureUnreadable(f"A signature has 65 bytes, this has {len(raw)}.")
    return int.from_bytes(raw[:32]), int.from_bytes(raw[32:64]), raw[64]


def _from_hex(text: str) -> bytes | None:
    if not _HEX.fullmatch(text) or len(text) % 2:
        return None
    return bytes.fromhex(text.removeprefix("0x"))


def _from_base64(text: str) -> bytes | None:
    compact = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except ValueError:
        return None


def _keccak(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def _recover(digest: int, r: int, s: int, *, is_odd: bool) -> _Point:
    """Q = (s R - z G) / r, where R is the point with x = r (SEC 1, 4.1.6).

    An x of r + n exists for one signature in 2^128; wallets do not make them, v has no name for it.
    """
    square = (pow(r, 3, _P) + 7) % _P
    y = pow(square, (_P + 1) // 4, _P)
    if y * y % _P != square:
        return None
    if y % 2 != is_odd:
        y = _P - y
    inverse = pow(r, -1, _N)
    return _sum_of_products((-digest * inverse) % _N, _G, s * inverse % _N, (r, y))


def _sum_of_products(a: int, p: tuple[int, int], b: int, q: tuple[int, int]) -> _Point:
    """a P + b Q in one pass over the bits of both (Shamir's trick)."""
    both, total = _add(p, q), None
    for bit in range(255, -1, -1):
        total = _add(total, total)
        pair = (a >> bit & 1, b >> bit & 1)
        total = _add(total, {(0, 0): None, (1, 0): p, (0, 1): q, (1, 1): both}[pair])
    return total


def _add(p: _Point, q: _Point) -> _Point:
    if p is None or q is None:
        return p or q
    (px, py), (qx, qy) = p, q
    if px != qx:
        slope = (qy - py) * pow(qx - px, -1, _P)
    elif py == qy:
        slope = 3 * px * px * pow(2 * py, -1, _P)
    else:
        return None
    x = (slope * slope - px - qx) % _P
    return x, (slope * (px - x) - py) % _P
