"""Connections on which the read timeout counts for the whole answer, not for each packet.

Without it a provider that drips one byte every few seconds holds a worker for ever, and the longest
flight time of a request, on which the resend deadline rests, is not bounded.

What counts is waiting for the provider: a list may be taken in more slowly than it could arrive.
"""

import http.client
import io
import socket
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Seconds: a list may take long to arrive, but not pause for longer than this.
LONGEST_SILENCE = 30.0


class _DeadlineFile(io.RawIOBase):
    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._file = sock.makefile("rb", buffering=0)
        # urllib3 sets the read timeout on the socket just before it waits for the answer.
        self._left = sock.gettimeout() or 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(min(self._left, LONGEST_SILENCE))
        began = time.monotonic()
        try:
            return self._file.readinto(buffer)
        finally:
            self._left -= time.monotonic() - began

    def close(self) -> None:
        self._file.close()
        super().close()


class _DeadlineSocket:
    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineFile(self._socket))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(_DeadlineSocket(sock), *args, **options)  # type: ignore[arg-type]


class _HTTPConnection(HTTPConnection):
    response_class = _Response


class _HTTPSConnection(HTTPSConnection):
    response_class = _Response


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class DeadlineAdapter(HTTPAdapter):
    """A requests adapter whose read timeout bounds status line, headers and body together."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools use our connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
