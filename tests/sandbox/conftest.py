"""A sandbox of their own for these tests, and a caller that knows how to sign."""

from collections.abc import Iterator

import pytest

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """An instant sandbox whose events wait for the test."""
    with Sandbox(seed=7, deliveries="manual") as running:
        yield running


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    """A good API client of that sandbox."""
    return Caller(sandbox)


@pytest.fixture
def customer(sandbox: Sandbox) -> str:
    """The id of an active customer."""
    return str(sandbox.world.add_customer()["id"])


@pytest.fixture
def account(sandbox: Sandbox, customer: str) -> str:
    """The id of an active account."""
    return str(sandbox.world.add_account(customer)["id"])


@pytest.fixture
def card(sandbox: Sandbox, account: str) -> str:
    """The id of an active card."""
    return str(sandbox.world.add_card(account)["id"])
