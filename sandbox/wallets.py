"""Owners' wallets: Ethereum key pairs, EIP-191 signing, and whose signature one is."""

from Crypto.Hash import keccak  # pycryptodome, not the dead pyCrypto  # nosec B413
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from sandbox import curve
from sandbox.errors import Refused
from sandbox.mint import Mint
from sandbox.store import Store

SIGNING = ec.ECDSA(utils.Prehashed(hashes.SHA256()), deterministic_signing=True)


def keccak256(message: bytes) -> bytes:
    """Return Ethereum's hash (the original Keccak, not SHA-3)."""
    return keccak.new(digest_bits=256, data=message).digest()


def personal_digest(message: bytes) -> bytes:
    """Return what a wallet signs for a message. EIP-191, version E."""
    return keccak256(b"\x19Ethereum Signed Message:\n%d" % len(message) + message)


def address_of(point: curve.Point) -> str:
    """Return a public key's address in checksum case. EIP-55."""
    raw = b"".join(number.to_bytes(32, "big") for number in point)
    plain = keccak256(raw)[-20:].hex()
    check = keccak256(plain.encode()).hex()
    letters = (a.upper() if int(c, 16) > 7 else a for a, c in zip(plain, check, strict=False))
    return "0x" + "".join(letters)


def signer(message: bytes, signature: bytes) -> str | None:
    """Return the address whose key made these 65 bytes over the message."""
    if len(signature) != 65 or signature[64] not in {0, 1, 27, 28}:
        return None
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:64]))
    odd = signature[64] - 27 if signature[64] >= 27 else signature[64]
    point = curve.recover(personal_digest(message), r, s, odd)
    return None if point is None else address_of(point)


def sign(message: bytes, private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return 65 bytes r, s, v; s in the lower half, as Ethereum demands."""
    digest = personal_digest(message)
    r, s = utils.decode_dss_signature(private_key.sign(digest, SIGNING))
    s = min(s, curve.N - s)
    numbers = private_key.public_key().public_numbers()
    odd = 0 if curve.recover(digest, r, s, 0) == (numbers.x, numbers.y) else 1
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + odd])


class Wallets:
    """The key pairs the sandbox keeps for its owners."""

    def __init__(self, store: Store, mint: Mint) -> None:
        self._store = store
        self._mint = mint

    def create(self, chain: str = "eip155:324") -> str:
        """Make a key pair and return its CAIP-10 id."""
        if not chain.startswith("eip155:") or not chain[7:].isdecimal():
            raise Refused(400, "only eip155 wallets can be kept here, for example eip155:324")
        secret = int.from_bytes(self._mint.fresh("wallet")) % (curve.N - 1) + 1
        numbers = ec.derive_private_key(secret, ec.SECP256K1()).public_key().public_numbers()
        address = address_of((numbers.x, numbers.y))
        self._store.rows(
            "INSERT INTO wallets VALUES (?, ?, ?)",
            address.lower(),
            f"{chain}:{address}",
            hex(secret),
        )
        return f"{chain}:{address}"

    def all(self) -> list[str]:
        """Return the CAIP-10 ids of all wallets, oldest first."""
        return [row["chain_id"] for row in self._store.rows("SELECT chain_id FROM wallets")]

    def keeps(self, chain_id: str) -> bool:
        """Tell whether this wallet's key is kept here."""
        return self._secret(chain_id) is not None

    def sign(self, message: bytes, chain_id: str) -> bytes:
        """Sign as this wallet's owner. Refused (404) when its key is not kept here."""
        secret = self._secret(chain_id)
        if secret is None:
            raise Refused(404, "this wallet is not kept here")
        return sign(message, ec.derive_private_key(int(secret, 16), ec.SECP256K1()))

    def _secret(self, chain_id: str) -> str | None:
        address = chain_id.rpartition(":")[2].lower()
        row = self._store.row("SELECT private_key FROM wallets WHERE address = ?", address)
        return None if row is None else str(row["private_key"])
