"""API credentials and bearer tokens: HS256 JSON Web Tokens, all killed by a new secret."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from sandbox.errors import Refused
from sandbox.mint import Mint
from sandbox.store import Store

HEADER = b'{"alg":"HS256","typ":"JWT"}'


class Tokens:
    """Knows the one API client's key and secret, and which tokens are alive."""

    def __init__(self, store: Store, mint: Mint, lifetime: float) -> None:
        self._store = store
        self._mint = mint
        self._lifetime = lifetime

    def install(self, api_key: str | None, api_secret: str | None) -> None:
        """Use these credentials; where none are given keep the known ones or make some."""
        made = str(uuid.UUID(bytes=self._mint.fixed("api key")[:16], version=4))
        secret = base64.urlsafe_b64encode(self._mint.fixed("api secret")[:24]).decode()
        self._store.remember("api key", api_key or self._store.recall("api key") or made)
        self._store.remember("api secret", api_secret or self._store.recall("api secret") or secret)

    @property
    def credentials(self) -> tuple[str, str]:
        """The key and secret that are good now; empty when they were removed."""
        return self._store.recall("api key") or "", self._store.recall("api secret") or ""

    def issue(self, api_key: str, api_secret: str) -> dict[str, object]:
        """Return a new token for good credentials. Page "Authentication"."""
        key, secret = self.credentials
        given = f"{api_key.lower()}/{api_secret}".encode(errors="replace")
        if not key or not hmac.compare_digest(given, f"{key.lower()}/{secret}".encode()):
            raise Refused(401, "wrong credentials")
        expires_at = int(time.time() + self._lifetime)
        claims = {"sub": key, "exp": expires_at, "jti": self._mint.id("token")}
        unsigned = f"{_text(HEADER)}.{_text(json.dumps(claims).encode())}"
        token = f"{unsigned}.{_text(self._seal(unsigned))}"
        return {"token": token, "expiresAt": expires_at, "tokenType": "Bearer"}

    def replace(self, api_key: str, api_secret: str) -> None:
        """Replace the credentials; every token dies."""
        self._store.remember("api key", api_key)
        self._store.remember("api secret", api_secret)
        self.revoke()

    def remove(self, api_key: str) -> None:
        """Remove the credentials for good."""
        if api_key.lower() != self.credentials[0].lower():
            raise Refused(400, "another api key is in use")
        self._store.forget("api key")
        self._store.forget("api secret")
        self.revoke()

    def revoke(self) -> None:
        """Kill every token that was issued so far."""
        self._store.count("token generation")

    def check(self, authorization: str) -> None:
        """Refuse all but a live token of ours."""
        scheme, _, token = authorization.partition(" ")
        unsigned, _, seal = token.strip().rpartition(".")
        good = scheme.lower() == "bearer" and hmac.compare_digest(
            seal.encode(errors="replace"), _text(self._seal(unsigned)).encode()
        )
        if not good:
            raise Refused(401, "not authorised")
        if _claims(unsigned)["exp"] <= time.time():
            raise Refused(401, "token expired")

    def _seal(self, unsigned: str) -> bytes:
        generation = self._store.recall("count token generation") or "0"
        key = self._mint.fixed(f"token key {generation}")
        return hmac.digest(key, unsigned.encode(errors="replace"), hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _claims(unsigned: str) -> dict[str, int]:
    claims: dict[str, int] = json.loads(base64.urlsafe_b64decode(unsigned.partition(".")[2] + "=="))
    return claims
