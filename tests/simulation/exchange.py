"""One request on its way to the provider, and the answer as the HTTP library hands it over."""

import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.simulation.provider import Reply

CONNECT_SECONDS, READ_SECONDS = 5, 20


@dataclass(frozen=True)
class Exchange:
    """A prepared and signed request."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, request: requests.PreparedRequest) -> "Exchange":
        """Read a request the client is about to send."""
        parts = urlsplit(str(request.url))
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return cls(str(request.method), parts.netloc, target, dict(request.headers), raw)

    @property
    def key(self) -> str:
        """The idempotency key; empty for what changes nothing."""
        return self.headers.get("Idempotency-Key", "")

    @property
    def is_change(self) -> bool:
        """Whether it asks for a change."""
        return bool(self.key)

    @property
    def is_token(self) -> bool:
        """Whether it exchanges our credentials for a token."""
        return self.path.endswith("/auth/token")

    @property
    def is_read(self) -> bool:
        """Whether it reads an entity or a list, without a side effect."""
        return self.method == "GET" and not self.path.endswith("/challenge")

    @property
    def signed_at(self) -> datetime:
        """When it was signed, at the latest; the signature is backdated by some seconds."""
        created = re.search(r"created=(\d+)", self.headers.get("Signature-Input", ""))
        assert created, "it is signed"
        return datetime.fromtimestamp(int(created[1]), UTC)

    @property
    def entity_id(self) -> str:
        """The id of the one entity a read asks for; empty for lists and everything else."""
        parts = self.path.split("/")
        return parts[3] if self.is_read and len(parts) == 4 else ""

    def shown(self) -> str:
        """Write it in a line of the log."""
        key = f" key {self.key[:8]}" if self.key else ""
        return f"{self.method} {self.path}{key}"


class Refused(requests.ConnectionError):
    """Nobody listens: provably nothing was sent."""

    def __init__(self) -> None:
        reason = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]
        super().__init__(urllib3.exceptions.MaxRetryError(None, "", reason))  # type: ignore[arg-type]


class Unreachable(requests.ConnectTimeout):
    """No connection within the time for it: provably nothing was sent."""

    def __init__(self) -> None:
        reason = urllib3.exceptions.ConnectTimeoutError(None, "timed out")
        super().__init__(urllib3.exceptions.MaxRetryError(None, "", reason))  # type: ignore[arg-type]


class TimedOut(requests.ReadTimeout):
    """The request left, and no answer came in time."""

    def __init__(self) -> None:
        super().__init__(urllib3.exceptions.ReadTimeoutError(None, "", "Read timed out."))  # type: ignore[arg-type]


class Reset(requests.ConnectionError):
    """The connection broke before an answer came."""

    def __init__(self) -> None:
        reason = ConnectionResetError(104, "Connection reset by peer")
        super().__init__(urllib3.exceptions.ProtocolError("Connection aborted.", reason))


class Adapter(BaseAdapter):
    """Mounted in the client's own session: carries each request by `carry` instead of a socket."""

    def __init__(self, carry: Any) -> None:
        super().__init__()
        self._carry = carry
        self._builder = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:  # type: ignore[override]
        """Send one request; raises what the real adapter raises."""
        reply: Reply = self._carry(Exchange.of(request))
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(reply.body),
            headers=dict(reply.headers),
            status=reply.status,
            preload_content=False,
            request_method=request.method,
        )
        return self._builder.build_response(request, raw)

    def close(self) -> None:
        """Nothing is open."""


def document(reply: Reply) -> Any:
    """The JSON in a reply; None when there is none."""
    try:
        return json.loads(reply.body)
    except ValueError:
        return None
