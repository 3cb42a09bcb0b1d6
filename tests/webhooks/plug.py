"""A plug between the back-office and its database, to be pulled in the middle of the work."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Plug:
    """Forwards connections to a server until it is pulled; put back, it forwards new ones."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._is_in = True
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """Break all connections, and every new one at once."""
        self._is_in = False
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def put_back(self) -> None:
        """Let new connections through again."""
        self._is_in = True

    def close(self) -> None:
        """Stop for good."""
        self._listener.close()
        self.pull()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._forward(self._listener.accept()[0])

    def _forward(self, client: socket.socket) -> None:
        if not self._is_in:
            client.close()
            return
        server = socket.create_connection(self._target)
        self._connections += [client, server]
        for one, other in ((client, server), (server, client)):
            threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def plugged(target: tuple[str, int]) -> Iterator[Plug]:
    """Give a plug for the block."""
    plug = Plug(target)
    try:
        yield plug
    finally:
        plug.close()
