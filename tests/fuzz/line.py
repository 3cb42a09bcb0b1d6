"""A kept-alive connection to the intake that answers every request with a status, come what may."""

import http.client
import time
from contextlib import suppress

from tests.fuzz.requests import Request

PATIENCE = 20  # seconds


class Line:
    """Sends one request after the other; a connection the server closed is opened anew."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = self._open()
        self.slowest = 0.0

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)

    def status_of(self, request: Request) -> int:
        """Return the answer's status; AssertionError when a fresh connection brings none."""
        began = time.monotonic()
        try:
            status = self._ask(request)
        except (OSError, http.client.HTTPException):
            # A server may close a connection that it kept, or one it read no further from.
            self._connection.close()
            self._connection = self._open()
            status = self._ask(request)
        self.slowest = max(self.slowest, time.monotonic() - began)
        return status

    def _ask(self, request: Request) -> int:
        headers = {"Content-Type": request.media_type}
        if request.coding:
            headers["Content-Encoding"] = request.coding
        body = iter([request.body]) if request.is_chunked and request.body else request.body
        # A body that is too large is refused unread: the answer comes while we still send.
        with suppress(BrokenPipeError):
            self._connection.request(
                "POST", request.path, body, headers, encode_chunked=request.is_chunked
            )
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
