"""Makes a request-signing key pair. Runs under the virtual environment: it needs `cryptography`.

`python -m launcher.signing_key PRIVATE PUBLIC` writes both as PEM, the private one for its owner.
"""

import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def main(private: Path, public: Path) -> None:
    """Write a new P-384 pair, the only curve the provider accepts; the private file comes last."""
    key = ec.generate_private_key(ec.SECP384R1())
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(private, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
