"""The ground on which the simulator's own tests run."""

from collections.abc import Iterator

import pytest

from tests.simulation.ground import Ground, laid

# Fewer than the command has: they take a moment to make.
BEGINNINGS = 4


@pytest.fixture(scope="module")
def ground(django_db_blocker) -> Iterator[Ground]:
    """Where these runs happen: a database of their own, in memory."""
    with django_db_blocker.unblock(), laid("sqlite", BEGINNINGS) as laid_ground:
        yield laid_ground
