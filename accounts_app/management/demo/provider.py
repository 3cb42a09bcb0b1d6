"""The sandbox as the demo uses it: the API, the provider's simulator, the sandbox's controls."""

import uuid
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import requests
from django.conf import settings

from accounts_app import conf
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.credentials import Credentials
from accounts_app.offblocks.strict_json import canonical_json
from accounts_app.offblocks.transport import Transport

SECONDS = 10.0
"""How long the sandbox's controls may take."""


class Provider:
    """One sandbox. Use it as a context manager."""

    def __init__(self) -> None:
        self.client = conf.client()
        self._controls = urljoin(settings.OFFBLOCKS_BASE_URL, "/_sandbox/")
        self._session = requests.Session()
        self._session.trust_env = False

    def send(self, change: Change, key: uuid.UUID) -> Any:
        """Send a change through the API and return what was made, if anything."""
        return self.client.send(change, key).value

    def simulate(self, method: str, path: str, key: uuid.UUID, **body: object) -> None:
        """Send a signed request to the provider's simulator ("Simulator").

        The back-office's own client must not know these paths: each call has a transport of its
        own that may go to this one and nowhere else.
        """
        path = f"/simulator/{path}"
        credentials = Credentials(
            settings.OFFBLOCKS_API_KEY,
            settings.OFFBLOCKS_API_SECRET,
            settings.OFFBLOCKS_SIGNING_KEY,
            settings.OFFBLOCKS_SIGNING_KEY_ID,
        )
        transport = Transport(
            settings.OFFBLOCKS_BASE_URL, credentials, extra_paths=frozenset({path})
        )
        transport.change(method, path, canonical_json(body) if body else b"", key)

    def ask(self, control: str) -> Any:
        """Read one of the sandbox's controls."""
        return self._told(self._session.get(self._controls + control, timeout=SECONDS))

    def tell(self, control: str, **settings: object) -> Any:
        """Use one of the sandbox's controls."""
        url = self._controls + control
        return self._told(self._session.post(url, json=settings, timeout=SECONDS))

    def _told(self, answer: requests.Response) -> Any:
        answer.raise_for_status()
        return answer.json()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.close()
