"""What the journeys through the browser share: the running stack, and people who use it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import OpenContext
from tests.journeys import stack as stacks
from tests.journeys.office import Office
from tests.journeys.stack import Stack


@pytest.fixture(scope="session")
def stack(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`make run`'s own stack, seeded, once for all journeys through it."""
    with stacks.running(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def office(stack: Stack, open_context: OpenContext) -> Iterator[Office]:
    """The staff of the stack; at the end nobody's console may have complained."""
    people = Office(stack, open_context)
    yield people
    assert people.complaints == []
