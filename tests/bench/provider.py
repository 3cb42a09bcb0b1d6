"""`python -m tests.bench.provider PORT FOLDER`: a provider that does nothing but stream lists.

Each list is a file that tests/bench/listed.py wrote; who asks is not looked at. The sandbox makes a
list from its rows while it is waited for, and would be measured instead of who reads it.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKEN = b'{"token": "bench", "expiresAt": 4102444800, "tokenType": "Bearer"}'


class Provider(BaseHTTPRequestHandler):
    """Hands out a token, and the lists in the folder."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_POST(self) -> None:
        """Hand out the token, whatever the credentials."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._begin(len(TOKEN))
        self.wfile.write(TOKEN)

    def do_GET(self) -> None:
        """Send a list as it lies on the disk; what there is no list of is not known."""
        path = self.folder / f"{self.path.rpartition('/')[2]}.json"
        if not path.is_file():
            self.send_error(404)
            return
        with path.open("rb") as listed:
            self._begin(os.fstat(listed.fileno()).st_size)
            self.connection.sendfile(listed)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""

    def _begin(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()


def main(port: str, folder: str) -> None:
    """Serve until the process is ended."""
    Provider.folder = Path(folder)
    ThreadingHTTPServer(("127.0.0.1", int(port)), Provider).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
