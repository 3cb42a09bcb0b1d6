"""Speaks JSON over HTTP to what runs on this machine; no proxy, no redirects, short timeouts."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException

from launcher.errors import CannotStart
from launcher.preflight import HOST

TIMEOUT = 5.0
"""Seconds until a process that accepted a connection counts as silent."""


def answers(port: int, path: str) -> bool:
    """Tell whether a GET is answered with 200."""
    try:
        status, _ = _exchange(port, "GET", path, None, {})
    except (OSError, HTTPException):
        return False
    return status == 200


def call(
    port: int,
    method: str,
    path: str,
    body: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Make one call and return the JSON object it answers; anything else is CannotStart."""
    encoded = None if body is None else json.dumps(body).encode()
    status, answer = _exchange(port, method, path, encoded, headers or {})
    if status != 200:
        raise CannotStart(f"The sandbox answered {status} to {method} {path}: {answer!r}")
    found: dict[str, str] = json.loads(answer)
    return found


def _exchange(
    port: int, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    connection = HTTPConnection(HOST, port, timeout=TIMEOUT)
    try:
        sent = {"Content-Type": "application/json", **headers}
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
