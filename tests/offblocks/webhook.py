"""Signed webhooks, made without the code under test, to be spoiled one thing at a time."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from accounts_app.offblocks.inbound import Verified, verify
from accounts_app.offblocks.verifying import VerifyingKey

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
STAMP = int(NOW.timestamp())
PATH = "/webhooks/offblocks/"
BODY = b'{"webhookType":"account.updated"}'
COVERED = ("@method", "@path", "content-digest")
KEY_ID = "hook-1"


def digest(body: bytes = BODY, *names: str) -> str:
    """A Content-Digest value."""
    return ", ".join(
        f"{name}=:{base64.b64encode(hashlib.new(name.replace('-', ''), body).digest()).decode()}:"
        for name in names or ("sha-256",)
    )


@dataclass(frozen=True)
class Webhook:
    """A delivery as it would arrive; `params` are what its signature claims."""

    key: ec.EllipticCurvePrivateKey
    covered: tuple[str, ...] = COVERED
    params: str = f';created={STAMP};keyid="{KEY_ID}";alg="ecdsa-p384-sha384"'
    content_digest: str = digest()
    method: str = "POST"
    path: str = PATH
    label: str = "sig"
    extra: dict[str, str] = field(default_factory=dict)

    def but(self, **changes: Any) -> "Webhook":
        """The same with something else, signed accordingly."""
        return replace(self, **changes)

    @property
    def claim(self) -> str:
        """The covered components with the parameters."""
        names = " ".join(f'"{name}"' for name in self.covered)
        return f"({names}){self.params}"

    @property
    def target_uri(self) -> str:
        """The whole URL."""
        return f"https://backoffice.test{self.path}"

    def base(self) -> bytes:
        """The signature base, by hand."""
        values = {
            "@method": self.method,
            "@path": self.path,
            "@target-uri": self.target_uri,
            "content-digest": self.content_digest,
            **self.extra,
        }
        lines = [f'"{name}": {values[name]}' for name in self.covered]
        return "\n".join([*lines, f'"@signature-params": {self.claim}']).encode()

    def signature(self) -> bytes:
        """r and s, 48 bytes each."""
        r, s = decode_dss_signature(self.key.sign(self.base(), ec.ECDSA(hashes.SHA384())))
        return r.to_bytes(48, "big") + s.to_bytes(48, "big")

    def headers(self) -> dict[str, str]:
        """What travels."""
        encoded = base64.b64encode(self.signature()).decode()
        return {
            "Signature-Input": f"{self.label}={self.claim}",
            "Signature": f"{self.label}=:{encoded}:",
            "Content-Digest": self.content_digest,
            **self.extra,
        }

    def verified(self, **changes: Any) -> Verified:
        """Verify it, with arguments replaced."""
        arguments = {
            "method": self.method,
            "path": self.path,
            "target_uri": self.target_uri,
            "headers": self.headers(),
            "body": BODY,
            "keys": {KEY_ID: VerifyingKey(self.key.public_key())},
            "now": NOW,
        }
        return verify(**{**arguments, **changes})
