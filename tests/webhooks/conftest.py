"""The endpoint, as the provider reaches it."""

import pytest

from sandbox.server import Sandbox
from tests.deliveries import Intake


@pytest.fixture(autouse=True)
def _patient(settings) -> None:
    """No limit of refusals: many tests run within one second, from one address."""
    settings.REFUSED_PER_SECOND = 100_000


@pytest.fixture
def intake(sandbox: Sandbox, db: None) -> Intake:
    """The endpoint where the signature is the proof."""
    return Intake(sandbox)
