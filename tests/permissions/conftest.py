"""What the tests of the matrix share: their thousands of requests are not told to the log."""

import logging
from collections.abc import Iterator

import pytest

from tests.permissions.world import World, build


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Say nothing of each request."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(sandbox, settings, anchor_key_pem) -> World:
    """One of everything, beside a provider that answers; and nobody is told to wait."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem
    settings.SIGN_IN_RATE = settings.CODE_TRIES = 1_000_000
    return build()
