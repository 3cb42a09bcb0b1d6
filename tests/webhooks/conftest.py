"""The endpoint, as the provider reaches it."""

import pytest

from sandbox.server import Sandbox
from tests.deliveries import Intake


@pytest.fixture
def intake(sandbox: Sandbox, db: None) -> Intake:
    """The endpoint where the signature is the proof."""
    return Intake(sandbox)
