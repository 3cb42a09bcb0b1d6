"""Everything that looks random (ids, nonces, private keys), drawn from the seed and a counter."""

import hashlib
import secrets
import uuid

from sandbox.store import Store


class Mint:
    """Draws values. The same seed gives the same values in the same order, also over a restart."""

    def __init__(self, store: Store, seed: int | None) -> None:
        self._store = store
        known = store.recall("seed")
        if known is None:
            drawn = secrets.randbits(64) if seed is None else seed
            known = store.remember("seed", str(drawn))
        self._seed = known

    def fixed(self, purpose: str) -> bytes:
        """Return 64 bytes that are always the same for this purpose."""
        return hashlib.sha512(f"{self._seed}/{purpose}".encode()).digest()

    def fresh(self, purpose: str) -> bytes:
        """Return 64 bytes that this purpose has not had before."""
        return self.fixed(f"{purpose}/{self._store.count(purpose)}")

    def id(self, kind: str) -> str:
        """Return a new UUID: version 5 for customers, as the provider's samples, else 4."""
        version = 5 if kind == "customer" else 4
        return str(uuid.UUID(bytes=self.fresh(kind)[:16], version=version))
