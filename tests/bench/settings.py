"""The settings for pages, with a middleware around everything that counts and times."""

from tests.bench.pages import *  # noqa: F403
from tests.bench.pages import MIDDLEWARE  # type: ignore[attr-defined]

MIDDLEWARE = ["tests.bench.counting.CountingMiddleware", *MIDDLEWARE]
