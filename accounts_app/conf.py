"""The settings as the application uses them, and the one provider client of the process."""

import random
from datetime import timedelta
from functools import lru_cache

from django.conf import settings

from accounts_app.offblocks.client import Client
from accounts_app.offblocks.credentials import Credentials, Secret
from accounts_app.offblocks.signing import Profile
from accounts_app.offblocks.transport import Transport, Watcher
from accounts_app.offblocks.wire import Reply

PAUSES = (2, 10, 60, 300)  # seconds

_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Show every reply to our requests from now on to the watcher, which may not raise."""
    _watchers.append(watcher)


def _show(reply: Reply | None) -> None:
    for watcher in _watchers:
        watcher(reply)


def _show_answer(reply: Reply | None) -> None:
    """Show a reply; that none came in a page's short time says nothing of the provider."""
    if reply is not None:
        _show(reply)


def client() -> Client:
    """Return the provider client, one per process and configuration; threads may share it."""
    return client_signing_with(settings.OFFBLOCKS_SIGNING_KEY, settings.OFFBLOCKS_SIGNING_KEY_ID)


def client_signing_with(pem: Secret, key_id: str) -> Client:
    """Return a client that signs with another key than the configured one."""
    credentials = (settings.OFFBLOCKS_API_KEY, settings.OFFBLOCKS_API_SECRET, pem, key_id)
    return _client(settings.OFFBLOCKS_BASE_URL, *credentials)


def hasty_client() -> Client:
    """Return a client for somebody who waits for a page: one try, and not for long.

    What it does not wait for is not told to the watchers.
    """
    key, key_id = settings.OFFBLOCKS_SIGNING_KEY, settings.OFFBLOCKS_SIGNING_KEY_ID
    credentials = (settings.OFFBLOCKS_API_KEY, settings.OFFBLOCKS_API_SECRET, key, key_id)
    patience = settings.PAGE_READ_TIMEOUT.total_seconds()
    return _client(settings.OFFBLOCKS_BASE_URL, *credentials, patience=patience)


@lru_cache(maxsize=4)
def _client(  # noqa: PLR0913, PLR0917 -- what one is told apart by
    base_url: str, api_key: str, api_secret: Secret, pem: Secret, key_id: str, patience: float = 0
) -> Client:
    transport = Transport(
        base_url,
        Credentials(api_key, api_secret, pem, key_id),
        profile=_profile(),
        retries=0 if patience else 2,
        connect_timeout=patience / 2 or settings.OFFBLOCKS_CONNECT_TIMEOUT.total_seconds(),
        total_timeout=patience or settings.OFFBLOCKS_TOTAL_TIMEOUT.total_seconds(),
        list_timeout=settings.OFFBLOCKS_LIST_TIMEOUT.total_seconds(),
        watcher=_show_answer if patience else _show,
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
    return any(stands_for(name, kind) for name in settings.FOUR_EYES_KINDS)


def stands_for(name: str, kind: str) -> bool:
    """Whether a name in FOUR_EYES_KINDS means this kind: `reactivate` means `reactivate_card` too.

    A deployment that named what it wants two people for keeps that when kinds are added.
    """
    return kind == name or kind.startswith(f"{name}_")


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after this many tries: 2, 10, 60, then 300 s, and a little more.

    The little more keeps what failed together from coming back together.
    """
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return timedelta(seconds=pause * random.uniform(1.0, 1.2))  # noqa: S311 -- no secret


def in_flight_pause(attempts: int) -> timedelta:
    """Return how long to leave the provider alone with a key it works on: 2, 4, 8 … 60 s."""
    return timedelta(seconds=min(2 ** max(attempts, 1), 60))
