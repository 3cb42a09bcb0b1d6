"""Deliveries over a real socket, to a back-office that believes the secret in its path."""

import socket
from collections.abc import Iterator

import requests

SECRET = "a-secret-path-for-the-tests-of-a-real-server"
PATH = f"/webhooks/offblocks/{SECRET}/"
PROOF = {"OFFBLOCKS_WEBHOOK_AUTH": "secret", "OFFBLOCKS_WEBHOOK_SECRET": SECRET}
SPOILT = "tests.webhooks.spoilt"
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
PATIENCE = 20  # seconds


def post(
    port: int, body: bytes | Iterator[bytes], session: requests.Session | None = None
) -> requests.Response:
    """Deliver a body; an iterator goes in chunks, without a length."""
    url, media = f"http://127.0.0.1:{port}{PATH}", {"Content-Type": "application/json"}
    return (session or requests).post(url, data=body, headers=media, timeout=PATIENCE)


def is_acknowledged(port: int, body: bytes) -> bool:
    """Whether a delivery is answered, and with a 2xx."""
    try:
        return post(port, body).ok
    except requests.ConnectionError:
        return False


def head(*fields: str) -> bytes:
    """Return a request's head with these fields, to be followed by a body of the test's own."""
    return (HEAD + "".join(f"{field}\r\n" for field in fields) + "\r\n").encode()


def answer_to(port: int, *pieces: bytes, hang_up: bool = False) -> str:
    """Send pieces and return the first line of the answer; our side is closed only if told to."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        return connection.recv(64).decode().split("\r\n")[0]
