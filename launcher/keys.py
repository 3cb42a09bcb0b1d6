"""Exchanges keys with the sandbox as with the provider: ours goes up, theirs comes down."""

import base64
from dataclasses import dataclass

from launcher import loopback
from launcher.run_directory import RunDirectory

SIGNING_KEY = "signing_key.pem"
SIGNING_PUBLIC_KEY = "signing_public_key.pem"
ANCHOR_KEY = "audit_anchor_key.pem"
WEBHOOK_PUBLIC_KEY = "webhook_public_key.pem"


@dataclass(frozen=True)
class KeyIds:
    """The names under which both sides know the keys."""

    signing: str
    webhook: str


def exchange(run_directory: RunDirectory, port: int) -> KeyIds:
    """Upload our public key and keep the sandbox's webhook key. Safe to repeat at every start."""
    webhook = loopback.call(port, "GET", "/_sandbox/webhook-key")
    run_directory.write(WEBHOOK_PUBLIC_KEY, webhook["publicKey"])
    return KeyIds(signing=_upload(run_directory, port), webhook=webhook["keyId"])


def _upload(run_directory: RunDirectory, port: int) -> str:
    credentials = {
        "apiKey": run_directory.file("api_key").read_text(),
        "apiSecret": run_directory.file("api_secret").read_text(),
    }
    token = loopback.call(port, "POST", "/v1/auth/token", credentials)["token"]
    public_key = base64.b64encode(run_directory.file(SIGNING_PUBLIC_KEY).read_bytes()).decode()
    answer = loopback.call(
        port,
        "PUT",
        "/v1/auth/signing",
        {"publicKey": public_key},
        {"Authorization": f"Bearer {token}"},
    )
    return answer["keyId"]
