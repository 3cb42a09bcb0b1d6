"""A client for load: several kept-alive connections, one request at a time on each.

One thread and plain sockets: on a machine of few cores a client that works hard measures itself.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.figures import Taken

CONNECTIONS = 8
PATIENCE = 30.0
"""Seconds without any answer after which what is on its way has failed."""
LIFE = 20
"""Requests after which a connection is made anew. A process of the server keeps the connections it
took: with the first eight for good, the luck of eight draws would be what a repeat measures."""
END = b"\r\n\r\n"


@dataclass
class Line:
    """One connection, and what has arrived of the answer it waits for."""

    port: int
    link: socket.socket = field(init=False)
    arrived: bytearray = field(default_factory=bytearray)
    began: float = 0.0
    sent: int = 0

    def __post_init__(self) -> None:
        self.link = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self.arrived.clear()
        self.sent += 1
        self.began = time.perf_counter()
        self.link.sendall(request)

    def receive(self) -> int | None:
        """Take what has come; return the status once the answer is whole. OSError at its end."""
        piece = self.link.recv(1 << 16)
        if not piece:
            raise ConnectionResetError("closed before the answer was whole")
        self.arrived += piece
        return _status(self.arrived)

    @property
    def is_over(self) -> bool:
        """Whether it had its life, or the server said that it answers nothing more on it."""
        is_told = b"connection: close" in self.arrived.partition(END)[0].lower()
        return self.sent >= LIFE or is_told


def _status(answer: bytearray) -> int | None:
    head, end, body = answer.partition(END)
    if not end:
        return None
    marker = b"content-length:"
    headers = head.lower()
    start = headers.index(marker) + len(marker)
    length = int(headers[start:].split(b"\r\n", 1)[0])
    return int(head[9:12]) if len(body) >= length else None


def send_all(
    port: int, requests: Sequence[bytes], connections: int = CONNECTIONS, *, expect: int = 200
) -> Taken:
    """Send every request once; return how many a second were answered, and the slowest of 100.

    A status other than `expect`, and a connection that ends, is a failure.
    """
    waiting, durations, failures = iter(requests), [], 0
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(min(connections, len(requests))):
            _begin(selector, port, waiting)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                failures += len(selector.get_map())
                break
            for key, _ in ready:
                status = _answer(key.data)
                if status is None:
                    continue
                durations.append(time.perf_counter() - key.data.began)
                failures += status != expect
                _go_on(selector, key.data, waiting, is_open=status > 0 and not key.data.is_over)
    took = time.perf_counter() - began
    return Taken({"rate": len(durations) / took, "p99": percentile(durations, 99) * 1000}, failures)


def _answer(line: Line) -> int | None:
    try:
        return line.receive()
    except OSError:
        return 0


def _begin(selector: selectors.BaseSelector, port: int, waiting: Iterator[bytes]) -> None:
    if (request := next(waiting, None)) is not None:
        line = Line(port)
        selector.register(line.link, selectors.EVENT_READ, line)
        line.send(request)


def _go_on(
    selector: selectors.BaseSelector, line: Line, waiting: Iterator[bytes], *, is_open: bool
) -> None:
    request = next(waiting, None) if is_open else None
    if request is not None:
        line.send(request)
        return
    selector.unregister(line.link)
    line.link.close()
    if not is_open:
        _begin(selector, line.port, waiting)


def percentile(values: list[float], percent: int) -> float:
    """Return the value that `percent` of the values do not exceed."""
    if not values:
        return float("inf")
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]
