"""Sign the head of the audit chain, daily and after many entries, and keep the anchor outside."""

from datetime import UTC, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts_app import anchor_keys, clock
from accounts_app.models import AuditAnchor, AuditEntry
from accounts_app.sentences import say
from accounts_app.services import anchor_mail, anchors, chain
from accounts_app.services.anchors import Anchor

EVERY = timedelta(days=1)
ENTRIES = 1000


class NotAnchored(Exception):
    """The chain was not anchored although it is time to; the message says why."""


def anchor_if_due() -> str:
    """Anchor the chain when it is time, and write what the directory lacks; say what was done.

    Raises NotAnchored while the chain is broken, the directory cannot be written or mail not sent.
    """
    key = anchor_keys.signing_key()
    if key is None:
        return say("No key is configured to anchor the audit chain with.")
    words = _anchor(key) if _is_due() else say("It is not time for an anchor yet.")
    _bring_outside()
    _mail()
    return words


def _is_due() -> bool:
    newest = AuditAnchor.objects.order_by("sequence").last()
    head = AuditEntry.objects.order_by("sequence").last()
    if head is None:
        return False
    if newest is None:
        return True
    number = head.sequence - newest.sequence
    return bool(number >= ENTRIES or (number and clock.now() - newest.at >= EVERY))


def _anchor(key: Ed25519PrivateKey) -> str:
    found = chain.look()
    if found.new:
        raise NotAnchored(say("Not anchored: {why}", why=found.words))
    head = AuditEntry.objects.latest("sequence")
    now, key_id = clock.now(), anchor_keys.id_of(key.public_key())
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    text = Anchor(head.sequence, head.hash, at, key_id, "").text
    row = AuditAnchor(sequence=head.sequence, hash=head.hash, at=now, key_id=key_id)
    row.signature = anchor_keys.sign(text, key)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return say("Entry {number} was anchored by another process.", number=head.sequence)
    return say("Entry {number} is anchored.", number=head.sequence)


def _bring_outside() -> None:
    if not settings.AUDIT_ANCHOR_DIRECTORY:
        return
    folder = Path(settings.AUDIT_ANCHOR_DIRECTORY)
    try:
        there = {path.name for path in folder.iterdir()}
        for anchor in anchors.stored():
            if anchor.file_name not in there:
                _write(folder / anchor.file_name, anchor.document)
    except OSError as error:
        raise NotAnchored(
            say("The anchors' directory cannot be written: {why}.", why=error.strerror)
        ) from error


def _mail() -> None:
    try:
        anchor_mail.send()
    except anchor_mail.TROUBLE as error:
        raise NotAnchored(
            say("The anchor cannot be mailed: {why}.", why=type(error).__name__)
        ) from error


def _write(path: Path, text: str) -> None:
    """Write a file that does not exist yet; another process may be faster with the same."""
    try:
        with path.open("x") as file:
            file.write(text)
    except FileExistsError:
        return
