"""A webhook receiver for these tests: keeps what arrives and answers as told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DEADLINE_SECONDS = 5


@dataclass
class Arrival:
    """One POST that came in. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self) -> dict[str, object]:
        """The event in it."""
        parsed: dict[str, object] = json.loads(self.body)
        return parsed


@dataclass
class Receiver:
    """Where deliveries arrive. `answers` are used up one by one; then every answer is 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)

    def wait_for(self, count: int) -> list[Arrival]:
        """Return the arrivals once there are this many."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while len(self.arrivals) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.arrivals) >= count, f"{len(self.arrivals)} of {count} arrived"
        return self.arrivals


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port for as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.arrivals.append(Arrival(self.path, headers, body, time.monotonic()))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
