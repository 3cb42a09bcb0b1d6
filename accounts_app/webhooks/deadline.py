"""How long a body may take to arrive: who sends it byte by byte does not hold a thread for ever.

The server reads from its socket without a limit of its own, so the end of the time is made the end
of the stream. One thread watches all of a process: one per delivery would cost each of them.
"""

import contextlib
import functools
import socket
import threading
import time
from collections.abc import Iterator

from django.http import HttpRequest

SECONDS = 10.0
INTERVAL = 0.5  # seconds between looks

_receiving: dict[socket.socket, float] = {}


@contextlib.contextmanager
def watched(request: HttpRequest) -> Iterator[float]:
    """End the request's stream when its time is up; gives the moment, of the monotonic clock.

    A server that does not say which socket it reads from (gunicorn does) must limit itself.
    """
    deadline = time.monotonic() + SECONDS
    connection = request.META.get("gunicorn.socket")
    if connection is None:
        yield deadline
        return
    _start_watching()
    _receiving[connection] = deadline
    try:
        yield deadline
    finally:
        _receiving.pop(connection, None)


@functools.cache
def _start_watching() -> None:
    """Start the thread with the first delivery: before, the process may still be forked."""
    threading.Thread(target=_watch, name="webhook deadlines", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(INTERVAL)
        now = time.monotonic()
        for connection, deadline in list(_receiving.items()):
            if deadline <= now:
                # Only our side of the reading: the refusal can still be written.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
