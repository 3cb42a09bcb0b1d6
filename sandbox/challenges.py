"""Challenges: the texts owners sign, and the check of what comes back."""

import base64
import binascii

from sandbox import wallets
from sandbox.clock import spell
from sandbox.entities import Entity

DOMAIN = "api.sandbox.offblocks.xyz"
SIGNATURE_BYTES = 65


def customer_text(customer: Entity, nonce: str, now: int) -> str:
    """Return a sign-in text. EIP-4361; page "Sign in With X"."""
    namespace, reference, address = str(customer.fields["chainId"]).split(":")
    network = "Ethereum" if namespace == "eip155" else namespace
    return (
        f"{DOMAIN} wants you to sign in with your {network} account:\n"
        f"{address}\n\n"
        f"Prove that this wallet is yours, to become customer {customer.id}.\n\n"
        f"URI: https://{DOMAIN}/v1/customers/{customer.id}\n"
        f"Version: 1\n"
        f"Chain ID: {reference}\n"
        f"Nonce: {nonce}\n"
        f"Issued At: {spell(now, 3)}"
    )


def account_text(account: Entity, purpose: str, session_key: str, nonce: str) -> str:
    """Return the text that binds a session key to an account. Page "Account Creation"."""
    return (
        f"OffBlocks card account: {purpose}\n\n"
        f"Account: {account.id}\n"
        f"Session key: {session_key}\n"
        f"Nonce: {nonce}"
    )


def encode(text: str) -> str:
    """Return the challenge as the API hands it out."""
    return base64.b64encode(text.encode()).decode()


def read(challenge: str) -> str:
    """Return a challenge's text, from base64 or from the text itself."""
    try:
        text = base64.b64decode(unbroken(challenge), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return challenge
    return text if text and text.replace("\n", "").isprintable() else challenge


def unbroken(text: str) -> str:
    """Return a text in one line: base64 is often broken on its way."""
    return "".join(line.strip() for line in text.splitlines())


def signature_bytes(text: str) -> bytes | None:
    """Read a signature: base64 of its 65 bytes, or base64 of their hex text.

    The provider documents both ("Sign in With X" against "Account Creation").
    """
    try:
        raw = base64.b64decode(text, validate=True)
        return (
            raw if len(raw) == SIGNATURE_BYTES else bytes.fromhex(raw.decode().removeprefix("0x"))
        )
    except ValueError:
        return None


def encode_signature(hexadecimal: str) -> str:
    """Return base64 of a signature's bytes, from its 0x hex."""
    return base64.b64encode(bytes.fromhex(hexadecimal.removeprefix("0x"))).decode()


def signed_by(chain_id: str, challenge: str, signature: str) -> bool:
    """Tell whether the wallet's owner made the signature. Only eip155 is checked."""
    if not chain_id.startswith("eip155:"):
        return True
    raw = signature_bytes(signature)
    if raw is None:
        return False
    address = wallets.signer(base64.b64decode(challenge), raw)
    return address is not None and address.lower() == chain_id.rpartition(":")[2].lower()


def same_wallet(one: str, other: str) -> bool:
    """Compare CAIP-10 ids; the address's case does not count for eip155."""
    if one.startswith("eip155:"):
        return one.lower() == other.lower()
    return one == other
