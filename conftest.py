"""The environment of a test run, set before Django reads its settings."""

import os
import secrets

for name, value in {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "DEBUG": "false",
    "OFFBLOCKS_BASE_URL": "http://127.0.0.1:9/v1",
    "OFFBLOCKS_WEBHOOK_AUTH": "signature",
    "OFFBLOCKS_WEBHOOK_SECRET": secrets.token_urlsafe(32),
}.items():
    os.environ[name] = value
