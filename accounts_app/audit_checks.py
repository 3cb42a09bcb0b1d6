"""System checks of what keeps the audit: the anchor key, where anchors go, and for how long."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register

from accounts_app import anchor_keys
from accounts_app.findings import error, warning

NEW_KEY = (
    "Type: openssl genpkey -algorithm ed25519 -out audit_anchor_key.pem, and put "
    "AUDIT_ANCHOR_KEY_FILE=<its path> into .env"
)
MAIL = "Put EMAIL_URL=smtp+tls://<user>:<password>@<host>:587 into .env"
SHORTEST_RETENTION = 5  # years, by the rules against money laundering
DIRECTORY = "Put AUDIT_ANCHOR_DIRECTORY=<storage that lets nobody change a file> into .env"


@register
def check_anchor_keys(**_kwargs: Any) -> list[CheckMessage]:
    """Check that the configured keys can be read."""
    try:
        anchor_keys.public_keys()
    except ValueError:
        sentence = "AUDIT_ANCHOR_KEY or AUDIT_ANCHOR_PUBLIC_KEYS is not Ed25519 in plain PEM."
        return [error(47, sentence, NEW_KEY)]
    return []


@register(deploy=True)
def check_retention(**_kwargs: Any) -> list[CheckMessage]:
    """Check that requests to be erased are refused for as long as the law demands."""
    if settings.RETENTION_YEARS >= SHORTEST_RETENTION:
        return []
    sentence = f"RETENTION_YEARS is less than the {SHORTEST_RETENTION} that the law demands."
    return [warning(44, sentence, "Put RETENTION_YEARS=5 into .env")]


@register(deploy=True)
def check_anchoring(**_kwargs: Any) -> list[CheckMessage]:
    """Check that the chain is anchored at all, and outside the database."""
    return list(_anchoring())


def _anchoring() -> Iterator[CheckMessage]:
    if not settings.AUDIT_ANCHOR_KEY.strip():
        sentence = "Nothing signs the head of the audit chain: AUDIT_ANCHOR_KEY is missing."
        yield warning(40, sentence, NEW_KEY)
    folder = settings.AUDIT_ANCHOR_DIRECTORY
    if settings.AUDIT_ANCHOR_MAIL and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        sentence = "Anchors are mailed without TLS, so that anybody on the way can change them."
        yield warning(43, sentence, MAIL)
    if not (folder or settings.AUDIT_ANCHOR_MAIL):
        sentence = "Anchors of the audit chain stay in the database they vouch for."
        yield warning(41, sentence, DIRECTORY)
    elif folder and not Path(folder).is_dir():
        sentence = "AUDIT_ANCHOR_DIRECTORY is not a directory that is there."
        yield warning(42, sentence, DIRECTORY)
