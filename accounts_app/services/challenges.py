"""The challenge of an account or a new customer: kept while it waits, checked against the wallet.

Fetching a challenge voids the earlier ones at the provider, so nothing here ever fetches one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts_app import clock
from accounts_app.errors import Incomplete
from accounts_app.models import Account, Challenge, Customer, Operation
from accounts_app.offblocks import wallets
from accounts_app.sentences import say

TAIL = 8
Subject = Account | Customer


@dataclass(frozen=True)
class Checked:
    """A signature ready for the provider, and whether it was checked against the wallet here."""

    encoded: str
    is_checked: bool


def keep(subject: Subject, text: str, *, received_at: datetime) -> Challenge:
    """Store a challenge the provider just issued; the one that waited before is void now."""
    end(subject, Challenge.State.REPLACED, at=received_at)
    return Challenge.objects.create(
        **{str(subject.KIND): subject}, text=text, digest=digest_of(text), received_at=received_at
    )


def end(subject: Subject, state: Challenge.State, *, at: datetime) -> None:
    """Mark the waiting challenge, if any, and forget all of it but the digest and the tail."""
    waiting = current(subject)
    if waiting:
        waiting.state, waiting.ended_at = state, at
        waiting.text = waiting.text[-TAIL:]
        waiting.save(update_fields=["state", "ended_at", "text"])


def end_signed(operation: Operation) -> None:
    """End the challenge whose signature the operation carried, if it still waits."""
    subject = subject_of(operation)
    waiting = current(subject) if subject else None
    if waiting and str(waiting.pk) == operation.fields.get("challenge"):
        end(waiting.subject, Challenge.State.SIGNED, at=clock.now())


def subject_of(operation: Operation) -> Subject | None:
    """Return what the operation's challenge would be of; cards have none."""
    return None if operation.card else operation.account or operation.customer


def current(subject: Subject) -> Challenge | None:
    """Return the challenge that waits for the owner, or None."""
    return subject.challenges.filter(state=Challenge.State.WAITING).first()


def wallet_of(subject: Subject) -> str:
    """Return the wallet that signs for it, as the provider spells it (CAIP-10)."""
    return subject.chain_id if isinstance(subject, Customer) else subject.customer.chain_id


def digest_of(text: str) -> str:
    """Return SHA-256, hex, of the challenge exactly as issued."""
    return hashlib.sha256(text.encode()).hexdigest()


def decoded(challenge: Challenge) -> str:
    """Return the text the owner is asked to sign; as issued, should it be no base64."""
    try:
        return wallets.decode_challenge(challenge.text).decode("utf-8", errors="replace")
    except ValueError:
        return challenge.text


def check(subject: Subject, challenge: Challenge, signature: str) -> Checked:
    """Check that the signature is the owner's, as far as this can be done here.

    Accepts hex or base64. Raises Incomplete with a sentence that says whose wallet signed.
    Chains other than EVM are passed on unchecked, and the result says so.
    """
    owner, message = _owner(subject), _message(challenge)
    try:
        if owner is None or message is None:
            return Checked(wallets.encode_unchecked(signature), is_checked=False)
        parsed = wallets.parse_signature(signature)
        signer = wallets.recover_address(message, parsed)
    except wallets.SignatureUnreadable as unreadable:
        raise Incomplete(str(unreadable), field="signature") from unreadable
    if signer.lower() != owner.lower():
        raise Incomplete(
            say(
                "This was signed by the wallet {signer}, but the owner's wallet is {owner}. "
                "Ask the owner to sign the challenge above with their own wallet.",
                signer=signer,
                owner=owner,
            ),
            field="signature",
        )
    encoding = settings.OFFBLOCKS_SIGNATURE_ENCODING
    return Checked(wallets.encode_signature(parsed, encoding), is_checked=True)


def _owner(subject: Subject) -> str | None:
    """Return the owner's EVM address; None for other chains and for what is no wallet at all."""
    try:
        wallet = wallets.ChainAccount.parse(wallet_of(subject))
    except ValueError:
        return None
    return wallet.address if wallet.is_evm else None


def _message(challenge: Challenge) -> bytes | None:
    """Return the bytes to be signed; None when the provider did not issue base64."""
    try:
        return wallets.decode_challenge(challenge.text)
    except ValueError:
        return None
