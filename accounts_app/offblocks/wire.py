"""One HTTP exchange: no redirects, no environment, bounded time, bounded size."""

import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
import urllib3

from accounts_app.offblocks.errors import Evidence
from accounts_app.offblocks.sessions import new_session

# Bytes: of one entity, of a list that is read whole, and of one that is read as it arrives.
ENTITY_LIMIT = 1_000_000
LIST_LIMIT = 64_000_000
STREAM_LIMIT = 1_000_000_000
ERROR_BODY_LIMIT = 65_536
_CHUNK = 65_536
# A slower answer could have been dated at too many moments.
_LONGEST_MEASUREMENT = timedelta(seconds=10)
_HALF_SECOND = timedelta(milliseconds=500)
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:\-]{1,100}")


class NotSent(Exception):
    """No connection: provably not one byte of the request left."""


class NoAnswer(Exception):
    """The request may have arrived, and no complete answer came back."""


class TooLarge(Exception):
    """The answer is larger than we read."""


@dataclass(frozen=True)
class Reply:
    """What the provider answered; to our credentials where `is_token`.

    `sent_at` is our clock just before the request left, `received_at` when its answer was whole.
    An answer that is read as it arrives is here with its beginning: `rest` brings what follows.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_at: datetime
    received_at: datetime
    rest: Iterable[bytes] = ()
    is_token: bool = False

    @property
    def request_id(self) -> str | None:
        """The provider's own reference, if it sent one; no such header is documented."""
        value = self.headers.get("X-Request-Id", "")
        return value if _REQUEST_ID.fullmatch(value) else None

    @property
    def provider_date(self) -> datetime | None:
        """The provider's clock, from the Date header; aware."""
        return _http_date(self.headers.get("Date", ""))

    @property
    def clock_offset(self) -> timedelta | None:
        """The provider's clock minus ours, to about a second; None when the answer cannot tell.

        The Date header is cut to whole seconds and taken to be from the middle of the exchange.
        """
        date, took = self.provider_date, self.received_at - self.sent_at
        if date is None or not timedelta() <= took <= _LONGEST_MEASUREMENT:
            return None
        return date + _HALF_SECOND - (self.sent_at + took / 2)

    @property
    def retry_after(self) -> timedelta | None:
        """How long the provider asks us to wait; never negative, at most a day."""
        value = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", value):
            wait = timedelta(seconds=int(value))
        elif date := _http_date(value):
            wait = date - (self.provider_date or self.sent_at)
        else:
            return None
        return min(max(wait, timedelta()), timedelta(days=1))

    @property
    def evidence(self) -> Evidence:
        """What of this answer an error keeps."""
        evidence = Evidence(status=self.status, request_id=self.request_id, body=self.body)
        evidence["retry_after"] = self.retry_after
        return evidence


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, and, with connecting, for a whole answer and for a whole list."""

    connect: float
    total: float
    listing: float


class Wire:
    """The way to one host. Safe to share between threads: each has its own session."""

    def __init__(
        self,
        base_url: str,
        timeouts: Timeouts,
        clock: Callable[[], datetime],
        session_factory: Callable[[], requests.Session] = new_session,
    ) -> None:
        """Raises ValueError for an address or timeouts that cannot work."""
        if not 0 < timeouts.connect < min(timeouts.total, timeouts.listing):
            raise ValueError("a total timeout must be longer than the one for connecting")
        self.base_url = _checked_base(base_url)
        self._timeouts = timeouts
        self._session_factory = session_factory
        self._clock = clock
        self._local = threading.local()

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, limit: int
    ) -> Reply:
        """Send once and read the whole answer, at most `limit` bytes of it.

        Raises NotSent, NoAnswer or TooLarge. An error answer is cut instead of refused.
        """
        request = requests.Request(method, self.base_url + path, dict(headers), data=body or None)
        sent_at = self._clock()
        response = self._send(request, self._timeouts.total)
        content = b"".join(_chunks(response, limit))
        return Reply(response.status_code, response.headers, content, sent_at, self._clock())

    def stream(self, path: str, headers: Mapping[str, str], *, limit: int) -> Reply:
        """GET a list once, and read no more of it than its beginning.

        Raises as `exchange` does, and so does reading the `rest`; an error answer has none.
        """
        request = requests.Request("GET", self.base_url + path, dict(headers))
        sent_at = self._clock()
        response = self._send(request, self._timeouts.listing)
        chunks = _chunks(response, limit)
        start = _beginning(chunks)
        return Reply(response.status_code, response.headers, start, sent_at, self._clock(), chunks)

    def _send(self, request: requests.Request, total: float) -> requests.Response:
        session, connect = self._session(), self._timeouts.connect
        prepared = session.prepare_request(request)
        timeout = (connect, total - connect)
        try:
            return session.send(prepared, stream=True, allow_redirects=False, timeout=timeout)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _verdict(error) from error

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = self._session_factory()
        session: requests.Session = self._local.session
        return session


def _check_framing(response: requests.Response) -> None:
    # Without a length an answer that was cut off, even within its headers, looks complete.
    framed = {"content-length", "transfer-encoding"} & {name.lower() for name in response.headers}
    if not framed and response.status_code != 204:
        raise NoAnswer("an answer without length")


def _chunks(response: requests.Response, limit: int) -> Iterator[bytes]:
    """Read the body; the connection is free again at its end, or when nobody reads on."""
    is_error = response.status_code >= 300
    left = min(limit, ERROR_BODY_LIMIT) if is_error else limit
    try:
        with response:
            _check_framing(response)
            # Raw, because we ask for no compression: a small body must not unpack into a large one.
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                if len(chunk) > left and not is_error:
                    raise TooLarge(f"more than {limit} bytes")
                yield chunk[:left]
                left -= len(chunk)
                if left < 0:
                    return
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _verdict(error) from error


def _beginning(chunks: Iterator[bytes]) -> bytes:
    start = bytearray()
    while len(start) < _CHUNK and (chunk := next(chunks, b"")):
        start += chunk
    return bytes(start)


def _verdict(error: Exception) -> Exception:
    """Only a failure to connect proves that nothing was sent; a bad certificate ends the same."""
    reason = error.args[0] if error.args else None
    cause = getattr(reason, "reason", reason)
    unconnected = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
    )
    if isinstance(cause, unconnected) or _is_bad_certificate(cause):
        return NotSent(type(cause).__name__)
    return NoAnswer(type(cause).__name__)


def _is_bad_certificate(cause: object) -> bool:
    inner = cause.args[0] if isinstance(cause, urllib3.exceptions.SSLError) and cause.args else None
    return isinstance(inner, ssl.SSLCertVerificationError)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    # An offset may be larger than any.
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _checked_base(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the provider's address must be an absolute http(s) URL")
    if parts.port == 0 or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("the provider's address holds no credentials, query or fragment")
    return base_url.rstrip("/")
