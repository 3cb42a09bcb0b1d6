"""What the tests of sign-in may ask for."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.admin.conftest import superuser  # noqa: F401 -- a fixture


@pytest.fixture(autouse=True)
def _forgetful_cache() -> Iterator[None]:
    """Begin with an empty cache: allauth remembers in it which codes were used."""
    cache.clear()
    yield
    cache.clear()
