"""The network's far end for these tests: a scripted HTTP server on a real loopback socket."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO

Act = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def answer(status: int = 200, body: object = None, **headers: str) -> Act:
    """Answer properly; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
    lines = {"Content-Length": str(len(content)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    raw = f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode() + content
    return lambda sock: sock.sendall(raw)


def raw(data: bytes) -> Act:
    """Send exactly these bytes and close."""

    def act(sock: socket.socket) -> None:
        sock.sendall(data)
        raise ConnectionError

    return act


def drop(sock: socket.socket) -> None:
    """Read the request, then close without a word."""
    raise ConnectionError


def drip(data: bytes, every: float) -> Act:
    """Send one byte after the other, slowly."""

    def act(sock: socket.socket) -> None:
        for number in data:
            sock.sendall(bytes([number]))
            time.sleep(every)
        raise ConnectionError

    return act


def first(before: Callable[[], object], act: Act) -> Act:
    """Do something just before answering."""

    def both(sock: socket.socket) -> None:
        before()
        act(sock)

    return both


def held(release: threading.Event, act: Act) -> Act:
    """Answer only once the test says so."""

    return first(lambda: release.wait(10), act)


@dataclass
class FarEnd:
    """Answers from a script, in order; the token endpoint has a script of its own."""

    port: int = 0
    script: list[Act] = field(default_factory=list)
    token_script: list[Act] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    token_requests: list[Seen] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The base URL to give to a transport."""
        return f"http://127.0.0.1:{self.port}/v1"

    def will(self, *acts: Act) -> None:
        """Append to the script."""
        self.script.extend(acts)

    def next_act(self, seen: Seen) -> Act:
        """Note a request and say what to do about it."""
        with self.lock:
            if seen.path == "/v1/auth/token":
                self.token_requests.append(seen)
                issued = {"token": f"token-{len(self.token_requests)}", "tokenType": "Bearer"}
                return self.token_script.pop(0) if self.token_script else answer(200, issued)
            self.seen.append(seen)
            return self.script.pop(0) if self.script else answer(599)

    def serve(self, sock: socket.socket) -> None:
        """Talk on one connection until somebody closes it."""
        with self.lock:
            self.connections += 1
        with sock, suppress(OSError):
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            with sock.makefile("rb") as stream:
                while seen := _request(stream):
                    self.next_act(seen)(sock)


def _request(stream: BinaryIO) -> Seen | None:
    line = stream.readline().decode()
    if not line:
        return None
    method, path, _ = line.split(" ")
    headers = {}
    while line := stream.readline().decode().strip():
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    return Seen(method, path, headers, stream.read(int(headers.get("content-length", 0))))


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[FarEnd]:
    """A far end that listens; it ends with all its connections."""
    far_end, sockets, threads = FarEnd(), [], []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far_end.port = listener.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                if tls:
                    sock = tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
                thread = threading.Thread(target=far_end.serve, args=(sock,))
                sockets.append(sock)
                threads.append(thread)
                thread.start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        yield far_end
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()
    for sock in sockets:
        with suppress(OSError):  # already closed
            sock.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()
