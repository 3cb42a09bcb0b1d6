"""What the journeys share: the running stack, and a browser to look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import stack as stacks
from tests.journeys.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`make run`'s own stack, seeded, once for all journeys through it."""
    folder: Path = tmp_path_factory.mktemp("stack")
    with stacks.running(folder) as running:
        yield running
