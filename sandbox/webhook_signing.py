"""The sandbox's own key and the headers it puts on a webhook."""

import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from sandbox import signatures, structured
from sandbox.mint import Mint
from sandbox.signatures import ALGORITHM, Message
from sandbox.structured import InnerList, Item

COVERED = ("@method", "@path", "content-digest")
BACKDATED_SECONDS = 1  # a receiver without tolerance must not see a future time


class WebhookSigner:
    """Signs deliveries as the provider is assumed to: like requests, digest covered."""

    def __init__(self, mint: Mint) -> None:
        self._key = ec.derive_private_key(
            int.from_bytes(mint.fixed("webhook key")[:47]) + 1, ec.SECP384R1()
        )
        self.public_key = signatures.pem(self._key.public_key())
        self.key_id = signatures.key_id(self._key.public_key())

    def headers(self, url: str, body: bytes) -> dict[str, str]:
        """Return all headers of one delivery; each attempt is signed anew."""
        digest = signatures.content_digest(body)
        parts = urlsplit(url)
        message = Message(
            "POST", parts.netloc, parts.path, f"?{parts.query}", {"content-digest": digest}
        )
        covered = InnerList(
            tuple(Item(name) for name in COVERED),
            {
                "created": int(time.time()) - BACKDATED_SECONDS,
                "keyid": self.key_id,
                "alg": ALGORITHM,
            },
        )
        signature = signatures.sign(self._key, signatures.signature_base(message, covered))
        return {
            "Content-Type": "application/json",
            "Content-Digest": digest,
            "Signature-Input": f"sig={structured.written(covered)}",
            "Signature": f"sig={structured.written(Item(signature))}",
        }
