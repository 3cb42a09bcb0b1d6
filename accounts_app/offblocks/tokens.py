"""The bearer token: in memory only, shared by all threads, fetched by one of them at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts_app.offblocks.shapes import Token

# "Authentication": one hour by default
_LONGEST_LIFE = timedelta(hours=1)
_RENEW_AFTER = 0.8


@dataclass(frozen=True)
class _Held:
    text: str
    renew_at: datetime


class TokenHolder:
    """Hands out the current token, renewed at 80 % of its life or when it proved dead."""

    def __init__(self, fetch: Callable[[], Token], clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._held: _Held | None = None

    def current(self) -> str:
        """The token to use now; fetches one if there is none or it is nearly over."""
        with self._lock:
            if self._held is None or self._clock() >= self._held.renew_at:
                self._held = self._renewed()
            return self._held.text

    def after(self, dead: str) -> str:
        """The token that replaces a dead one; threads that saw the same one fetch only once."""
        with self._lock:
            if self._held is None or self._held.text == dead:
                self._held = None  # so that a failing fetch does not leave the dead one behind
                self._held = self._renewed()
            return self._held.text

    def _renewed(self) -> _Held:
        now = self._clock()
        token = self._fetch()
        return _Held(token.token, now + _life(token, now) * _RENEW_AFTER)


def _life(token: Token, now: datetime) -> timedelta:
    if token.expires_at is None or token.expires_at <= now.timestamp():
        return _LONGEST_LIFE  # not told, or our clocks disagree: a 401 will say when it is over
    left = token.expires_at - now.timestamp()  # in another unit it may be longer than any duration
    return timedelta(seconds=min(left, _LONGEST_LIFE.total_seconds()))
