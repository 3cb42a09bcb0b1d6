"""The environment of a test run, and Django in it: pytest-django alone sets it up too early."""

import atexit
import os
import secrets
import tempfile

import django

# Nothing is collected: the tests serve static files from where they lie.
static_root = tempfile.TemporaryDirectory(prefix="static-")
atexit.register(static_root.cleanup)

for name, value in {
    "DJANGO_SETTINGS_MODULE": "backoffice.settings",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "DEBUG": "false",
    "OFFBLOCKS_BASE_URL": "http://127.0.0.1:9/v1",
    "OFFBLOCKS_WEBHOOK_AUTH": "signature",
    "OFFBLOCKS_WEBHOOK_SECRET": secrets.token_urlsafe(32),
    "STATIC_ROOT": static_root.name,
}.items():
    os.environ[name] = value

django.setup()

pytest_plugins = ["tests.browser"]
