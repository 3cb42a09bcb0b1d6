"""The bare insert view: no middleware, one INSERT into a table without indexes, one commit."""

from backoffice.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.baseline.inserting_urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
