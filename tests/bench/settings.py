"""The back-office's settings, with a middleware around everything that counts and times."""

from backoffice.settings import *  # noqa: F403
from backoffice.settings import MIDDLEWARE, STORAGES

MIDDLEWARE = ["tests.bench.counting.CountingMiddleware", *MIDDLEWARE]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
