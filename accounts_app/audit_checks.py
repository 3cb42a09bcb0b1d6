"""System checks of what keeps the audit honest: the anchor key, and where anchors are kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from accounts_app import anchor_keys

NEW_KEY = (
    "Type: openssl genpkey -algorithm ed25519 -out audit_anchor_key.pem, and put "
    "AUDIT_ANCHOR_KEY_FILE=<its path> into .env"
)
DIRECTORY = "Put AUDIT_ANCHOR_DIRECTORY=<storage that lets nobody change a file> into .env"


@register
def check_anchor_keys(**_kwargs: Any) -> list[CheckMessage]:
    """Check that the configured keys can be read."""
    try:
        anchor_keys.public_keys()
    except ValueError:
        sentence = "AUDIT_ANCHOR_KEY or AUDIT_ANCHOR_PUBLIC_KEYS is not Ed25519 in plain PEM."
        return [Error(sentence, hint=NEW_KEY, id="accounts_app.E040")]
    return []


@register(deploy=True)
def check_anchoring(**_kwargs: Any) -> list[CheckMessage]:
    """Check that the chain is anchored at all, and outside the database."""
    return list(_anchoring())


def _anchoring() -> Iterator[CheckMessage]:
    if not settings.AUDIT_ANCHOR_KEY.strip():
        sentence = "Nothing signs the head of the audit chain: AUDIT_ANCHOR_KEY is missing."
        yield Warning(sentence, hint=NEW_KEY, id="accounts_app.W040")
    folder = settings.AUDIT_ANCHOR_DIRECTORY
    if not folder:
        sentence = "Anchors of the audit chain stay in the database they vouch for."
        yield Warning(sentence, hint=DIRECTORY, id="accounts_app.W041")
    elif not Path(folder).is_dir():
        sentence = "AUDIT_ANCHOR_DIRECTORY is not a directory that is there."
        yield Warning(sentence, hint=DIRECTORY, id="accounts_app.W042")
