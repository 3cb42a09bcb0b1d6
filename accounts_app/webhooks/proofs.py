"""What proves a delivery: the provider's keys and the secrets of the callback path.

Two of each may be in force at once, so that one can be changed without losing a delivery. Our own
key never proves anything: whoever could sign with it would be us, not the provider.
"""

import functools
from collections.abc import Mapping

import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.signing import load_public_key, load_signing_key
from accounts_app.offblocks.verifying import VerifyingKey

log = structlog.get_logger()

Key = ec.EllipticCurvePublicKey


def keys() -> Mapping[str, Key]:
    """Return the provider's keys under their ids; what cannot be read is left out."""
    named = {
        settings.OFFBLOCKS_WEBHOOK_SECOND_KEY_ID: settings.OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY,
        settings.OFFBLOCKS_WEBHOOK_KEY_ID: settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY,
    }
    return _loaded(tuple(named.items()), settings.OFFBLOCKS_SIGNING_KEY)


def is_secret(given: str) -> bool:
    """Whether this is a secret path in force; each is compared, and with an empty one nothing."""
    secrets = (settings.OFFBLOCKS_WEBHOOK_SECRET, settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET)
    return sum(secret.matches(given) for secret in secrets) > 0


@functools.lru_cache(maxsize=8)
def _loaded(named: tuple[tuple[str, str], ...], ours: Secret) -> Mapping[str, Key]:
    """Load them once: reading a key takes longer than checking a signature with it."""
    ours_too = _own_point(ours)
    found = {key_id: _load(pem) for key_id, pem in named if key_id and pem}
    return {
        key_id: key
        for key_id, key in found.items()
        if key is not None and key.public_numbers() != ours_too
    }


def _load(pem: str) -> Key | None:
    try:
        return VerifyingKey(load_public_key(pem))
    except ValueError:
        log.exception("a public key of the provider's webhooks cannot be read")
        return None


def _own_point(pem: Secret) -> ec.EllipticCurvePublicNumbers | None:
    try:
        return load_signing_key(pem.reveal()).public_key().public_numbers()
    except ValueError:
        return None
