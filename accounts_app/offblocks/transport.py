"""Authenticated, signed requests to the provider's paths, repeated a few times where that is safe.

Every try is prepared and signed anew, above the HTTP library: a repeated `created` would expire.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import requests

from accounts_app.offblocks import errors, paths
from accounts_app.offblocks.credentials import Credentials
from accounts_app.offblocks.retrying import retrying
from accounts_app.offblocks.sessions import new_session
from accounts_app.offblocks.shapes import Token, parse
from accounts_app.offblocks.signing import DEFAULT_PROFILE, Profile, Signer
from accounts_app.offblocks.strict_json import canonical_json
from accounts_app.offblocks.tokens import TokenHolder
from accounts_app.offblocks.wire import (
    ENTITY_LIMIT,
    STREAM_LIMIT,
    NoAnswer,
    NotSent,
    Reply,
    Timeouts,
    TooLarge,
    Wire,
)


@dataclass(frozen=True)
class _Call:
    method: str
    path: str
    body: bytes = b""
    key: UUID | None = None
    is_signed: bool = True
    limit: int = ENTITY_LIMIT
    is_streamed: bool = False
    not_after: datetime | None = None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Surroundings:
    """What tests replace: clock, sleep, chance (numbers from 0 to 1) and the HTTP sessions."""

    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.SystemRandom().random
    session_factory: Callable[[], requests.Session] = new_session


# Is shown every reply as it comes, and None for every request that brought none.
Watcher = Callable[[Reply | None], object]


def _unwatched(_reply: Reply | None) -> None:
    """Nobody looks."""


class Transport:
    """Carries requests to one provider under one set of credentials. Safe to share by threads."""

    def __init__(  # noqa: PLR0913 - one provider's settings, all but two with a default
        self,
        base_url: str,
        credentials: Credentials,
        *,
        profile: Profile = DEFAULT_PROFILE,
        retries: int = 2,
        connect_timeout: float = 5.0,
        total_timeout: float = 25.0,
        list_timeout: float = 300.0,
        extra_paths: frozenset[str] = frozenset(),
        watcher: Watcher = _unwatched,
        surroundings: Surroundings = Surroundings(),
    ) -> None:
        """Timeouts in seconds. `extra_paths` come from settings, as the one of the webhook key.

        The watcher is called in the thread of each request, and may not raise.
        Raises ValueError for a URL, path or signing key that cannot work; nothing is sent.
        """
        if not all(paths.is_plain(path) for path in extra_paths):
            raise ValueError("an extra path is made of plain words")
        clock, timeouts = surroundings.clock, Timeouts(connect_timeout, total_timeout, list_timeout)
        self._wire = Wire(base_url, timeouts, clock, surroundings.session_factory)
        self._credentials = credentials
        self._signer = Signer(credentials.signing_key.reveal(), credentials.key_id, profile)
        self._tokens = TokenHolder(self._fetch_token, clock)
        self._retries = retries
        self._extra_paths = extra_paths
        self._watcher = watcher
        self._surroundings = surroundings

    def read(
        self,
        path: str,
        *,
        limit: int = ENTITY_LIMIT,
        retries: int | None = None,
        not_after: datetime | None = None,
    ) -> Reply:
        """GET a path. Raises any ProviderError but OutcomeUnknown; ValueError for a bad path.

        `not_after` is as in `change`.
        """
        call = _Call("GET", self._checked(path), limit=limit, not_after=not_after)
        return self._persist(call, retries)

    def stream(self, path: str) -> Reply:
        """GET a list and read only its beginning; raises as `read` does.

        Reading the `rest` raises Unavailable or Unreadable; it is never repeated from there on.
        """
        call = _Call("GET", self._checked(path), limit=STREAM_LIMIT, is_streamed=True)
        reply = self._persist(call, None)
        return replace(reply, rest=self._arriving(reply.rest))

    def change(  # noqa: PLR0913 -- a change is this much, and how long it may be tried
        self,
        method: str,
        path: str,
        body: bytes,
        key: UUID,
        *,
        retries: int | None = None,
        not_after: datetime | None = None,
    ) -> Reply:
        """Send a change with its idempotency key; every repetition carries the same key and bytes.

        Never raises Unreadable. With `retries=0` exactly one request is sent, or two if the first
        was answered 401, which proves that it was not executed. From `not_after` on nothing is
        sent any more: Unavailable, with `sent` False unless an earlier try left.
        """
        call = _Call(method, self._checked(path), body, key, not_after=not_after)
        return self._persist(call, retries)

    def upload(self, path: str, body: bytes) -> Reply:
        """PUT once, without signature or key: how a key gets there ("Request Signatures")."""
        return self._persist(_Call("PUT", self._checked(path), body, is_signed=False), 0)

    def _checked(self, path: str) -> str:
        if path not in self._extra_paths:
            paths.template_of(path)
        return path

    def _persist(self, call: _Call, retries: int | None) -> Reply:
        unknown: list[errors.OutcomeUnknown] = []

        def attempt() -> Reply:
            try:
                return self._authorised(call)
            except errors.OutcomeUnknown as error:
                unknown.append(error)
                raise

        try:
            number = self._retries if retries is None else retries
            return retrying(number, self._surroundings.sleep, self._surroundings.chance)(attempt)
        except errors.OutcomeUnknown:
            raise
        except errors.ProviderError as error:
            # Once a try may have arrived, a later refusal does not tell what became of it.
            if unknown:
                raise unknown[-1] from error
            raise

    def _authorised(self, call: _Call) -> Reply:
        token = self._tokens.current()
        try:
            return self._send(call, token)
        except errors.NotAuthorised as error:
            if error.status != 401:
                raise
        try:
            return self._send(call, self._tokens.after(token))
        except errors.Unavailable as error:
            error.sent = True  # the first try left, and its 401 says that nothing was executed
            raise

    def _send(self, call: _Call, token: str) -> Reply:
        headers = {"Authorization": f"Bearer {token}"}
        if call.body:
            headers["Content-Type"] = "application/json"
        if call.key is not None:
            headers["Idempotency-Key"] = str(call.key)
        if call.is_signed:
            url = self._wire.base_url + call.path
            headers = self._signer.sign(
                call.method, url, headers, call.body, now=self._surroundings.clock()
            )
        return self._exchange(call, headers)

    def _exchange(self, call: _Call, headers: dict[str, str]) -> Reply:
        method, path = call.method, call.path
        if call.not_after and self._surroundings.clock() >= call.not_after:
            raise errors.Unavailable("It became too late to send this.", sent=False)
        with self._trouble_named(method):
            if call.is_streamed:
                reply = self._wire.stream(path, headers, limit=call.limit)
            else:
                reply = self._wire.exchange(method, path, headers, call.body, limit=call.limit)
        self._watcher(replace(reply, is_token=not call.is_signed))
        if not 200 <= reply.status < 300:
            raise errors.for_answer(method, path, **reply.evidence)
        return reply

    def _arriving(self, rest: Iterable[bytes]) -> Iterator[bytes]:
        with self._trouble_named("GET"):
            yield from rest

    @contextmanager
    def _trouble_named(self, method: str) -> Iterator[None]:
        try:
            yield
        except NotSent as error:
            self._watcher(None)
            raise errors.Unavailable("The provider cannot be reached.", sent=False) from error
        except NoAnswer as error:
            self._watcher(None)
            raise errors.lost(method, "The provider gave no complete answer.") from error
        except TooLarge as error:
            raise errors.unreadable(method, "The provider's answer is too large.") from error

    def _fetch_token(self) -> Token:
        """Exchange the credentials for a token ("Authentication"): neither signed nor with a key.

        Any trouble but refused credentials is Unavailable: the request it was for is not sent.
        """
        secret = self._credentials.api_secret.reveal()
        body = canonical_json({"apiKey": self._credentials.api_key, "apiSecret": secret})
        call = _Call("POST", "/auth/token", body, is_signed=False)
        try:
            return parse(Token, self._exchange(call, {"Content-Type": "application/json"}).body)
        except (errors.InvalidRequest, errors.NotAuthorised) as error:
            raise errors.NotAuthorised("The provider refused our credentials.") from error
        except errors.ProviderError as error:
            raise errors.Unavailable(
                "The provider gave us no token.", sent=False, retry_after=error.retry_after
            ) from error
