"""The whole sandbox as one object: its parts put together, its server and its threads."""

import logging
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.app import App
from sandbox.authentication import SignatureCheck, SigningKey
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.courier import Courier
from sandbox.deliveries import Deliveries
from sandbox.faults import Faults
from sandbox.gateway import Gateway
from sandbox.idempotency import Answers
from sandbox.mint import Mint
from sandbox.options import Options
from sandbox.provider import Provider
from sandbox.routes import PREFIX
from sandbox.store import Store
from sandbox.subscriptions import Subscriptions
from sandbox.tokens import Tokens
from sandbox.wallet_page import WalletPage
from sandbox.webhook_signing import WebhookSigner
from sandbox.world import World

TICK_SECONDS = 0.2
POLL_SECONDS = 0.02  # how soon the server notices that it is to stop
logger = logging.getLogger("sandbox")


class QuietHandler(WSGIRequestHandler):
    """Leaves the log line of a request to the application."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Server(ThreadedWSGIServer):
    """A threaded server that waits for its requests to end when it is closed."""

    daemon_threads = False

    def __init__(self, host: str, port: int, app: App, fd: int) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(host, port, app, QuietHandler, fd=fd)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection while it is open."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close for good. A browser may hold a connection on which it never asked anything."""
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        super().server_close()


class Sandbox:
    """A running pretend provider. Use it as a context manager, or `start` and `stop` it.

    The keyword arguments are the fields of `Options`. OSError when the port is taken.
    """

    def __init__(self, **options: Any) -> None:
        self.options = Options(**options)
        self.faults = Faults()
        for script in self.options.faults:
            self.faults.load(script)
        self._stopping = threading.Event()
        self._store = Store(self.options.db)
        self._assemble(Mint(self._store, self.options.seed), Clock(self._store))
        self._threads: list[threading.Thread] = []
        self._server: Server | None = None

    def _assemble(self, mint: Mint, clock: Clock) -> None:
        store, options = self._store, self.options
        signer = WebhookSigner(mint)
        self.webhook_public_key, self.webhook_key_id = signer.public_key, signer.key_id
        subscriptions = Subscriptions(store, clock, mint)
        self.deliveries = Deliveries(
            store=store,
            mint=mint,
            subscriptions=subscriptions,
            signer=signer,
            faults=self.faults,
            options=options,
        )
        self.world = World(store, clock, mint, options, self.deliveries.announce)
        self.tokens = Tokens(store, mint, options.token_seconds)
        self.tokens.install(options.api_key, options.api_secret)
        self.signing_key = SigningKey(store)
        self._courier = Courier(store, self.deliveries, mint, options)
        gateway = Gateway(
            store=store,
            provider=Provider(self.world, self.tokens, self.signing_key, subscriptions, signer),
            signature_check=SignatureCheck(
                self.signing_key,
                age_seconds=options.signature_age_seconds,
                refusal=options.signature_refusal,
            ),
            answers=Answers(store, clock, options),
            faults=self.faults,
            stopping=self._stopping,
        )
        control = Control(self.world, self.deliveries, self.faults, signer)
        self._app = App(gateway, control, WalletPage(self.world))

    @property
    def root_url(self) -> str:
        """Where the sandbox listens."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return f"http://{self.options.host}:{self._server.port}"

    @property
    def url(self) -> str:
        """The base URL of the provider's API."""
        return self.root_url + PREFIX

    @property
    def api_key(self) -> str:
        """The API key that is good now."""
        return self.tokens.credentials[0]

    @property
    def api_secret(self) -> str:
        """The API secret that is good now."""
        return self.tokens.credentials[1]

    def ledger(self) -> list[dict[str, object]]:
        """Return every effective change, oldest first."""
        return self.world.rules.ledger.lines()

    def start(self) -> None:
        """Listen, deliver and keep time, each in a thread of its own."""
        self._server = self._listen()
        self._threads = [
            threading.Thread(target=self._serve, args=(self._server,), name="sandbox server"),
            threading.Thread(target=self._keep_time, name="sandbox clock"),
        ]
        for thread in self._threads:
            thread.start()
        if self.options.deliveries == "auto":
            self._courier.start()

    def _listen(self) -> Server:
        host, port = self.options.host, self.options.port
        try:
            with socket.create_server((host, port)) as listener:
                return Server(host, port, self._app, listener.fileno())
        except OSError:
            self._store.close()
            raise

    def stop(self) -> None:
        """End every thread and close the file."""
        self._stopping.set()
        if self._server is not None:
            self._server.shutdown()
            if self.options.deliveries == "auto":
                self._courier.stop()
        for thread in self._threads:
            thread.join()
        self._store.close()

    def _serve(self, server: Server) -> None:
        server.serve_forever(POLL_SECONDS)

    def _keep_time(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            self.world.tick()

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
