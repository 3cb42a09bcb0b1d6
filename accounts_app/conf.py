"""The settings as the application uses them, and the one provider client of the process."""

from datetime import timedelta
from functools import lru_cache

from django.conf import settings

from accounts_app.offblocks.client import Client
from accounts_app.offblocks.credentials import Credentials, Secret
from accounts_app.offblocks.signing import Profile
from accounts_app.offblocks.transport import Transport

PAUSES = (2, 10, 60, 300)  # seconds


def client() -> Client:
    """Return the provider client, one per process and configuration; threads may share it."""
    credentials = (
        settings.OFFBLOCKS_API_KEY,
        settings.OFFBLOCKS_API_SECRET,
        settings.OFFBLOCKS_SIGNING_KEY,
        settings.OFFBLOCKS_SIGNING_KEY_ID,
    )
    return _client(settings.OFFBLOCKS_BASE_URL, *credentials)


@lru_cache(maxsize=4)
def _client(base_url: str, api_key: str, api_secret: str, pem: str, key_id: str) -> Client:
    transport = Transport(
        base_url,
        Credentials(api_key, Secret(api_secret), Secret(pem), key_id),
        profile=_profile(),
        connect_timeout=settings.OFFBLOCKS_CONNECT_TIMEOUT.total_seconds(),
        total_timeout=settings.OFFBLOCKS_TOTAL_TIMEOUT.total_seconds(),
    )
    return Client(transport)


def _profile() -> Profile:
    when_sent = ("content-digest", "idempotency-key")
    return Profile(
        covered=(*settings.OFFBLOCKS_COVERED_COMPONENTS, *when_sent),
        digests=tuple(settings.OFFBLOCKS_DIGEST_ALGORITHMS),
        backdate=settings.OFFBLOCKS_SIGNATURE_BACKDATE,
        lifetime=settings.OFFBLOCKS_SIGNATURE_LIFETIME or None,
    )


def needs_checker(kind: str) -> bool:
    """Whether a second person must agree to operations of this kind."""
    return kind in settings.FOUR_EYES_KINDS


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after this many tries."""
    return timedelta(seconds=PAUSES[min(max(attempts, 1), len(PAUSES)) - 1])
