"""A key that signs anchors and evidence packs, for the demo and for `check --deploy`.

`python -m launcher.anchor_key PRIVATE` writes it as PEM, for its owner.
"""

import os
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def write(path: str) -> None:
    """Write a new key into a file that only its owner can read."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o400), "wb") as file:
        file.write(pem)


if __name__ == "__main__":
    write(*sys.argv[1:])
