"""A real Chromium for tests that carry the `browser` mark; loaded as a plugin by the root conftest.

Without a Chromium on the path such tests are skipped, or fail where REQUIRE_BROWSER=1 is set.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# The first knows no screen and draws no frame that nobody looks at: half the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OpenContext = Callable[..., BrowserContext]
PATIENCE = 20  # seconds


def _executable() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    sentence = f"There is no browser here: none of {', '.join(NAMES)} is on the path."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """The browser, started once."""
    executable = _executable()
    # Playwright keeps an event loop running in this thread, where Django refuses to query and
    # would open connections of their own, which know nothing of the test database's first content.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    held = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        for alias, connection in held.items():
            connections[alias] = connection
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(chromium: Browser) -> Iterator[OpenContext]:
    """Opens browser profiles that know nothing of each other; takes Playwright's own options."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        contexts.append(chromium.new_context(**options))
        return contexts[-1]

    with _answered():
        yield open_one
        for context in contexts:
            context.close()


@contextmanager
def _answered() -> Iterator[None]:
    """Wait at the end for requests under way in other threads.

    Emptying the tables meanwhile would deadlock with the rows that a long answer still reads.
    """
    changed, running = threading.Condition(), set[int]()

    def started(**_kwargs: Any) -> None:
        with changed:
            running.add(threading.get_ident())

    def finished(**_kwargs: Any) -> None:
        with changed:
            running.discard(threading.get_ident())
            changed.notify_all()

    request_started.connect(started)
    request_finished.connect(finished)
    try:
        yield
        with changed:
            running.discard(threading.get_ident())
            assert changed.wait_for(lambda: not running, PATIENCE), "a request never ended"
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)


def sign_in(context: BrowserContext, address: str, person: User) -> None:
    """Sign a person in at an address without going through the sign-in page."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


def watch(page: Page) -> list[str]:
    """Return a list that fills with whatever the page complains about in its console."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
