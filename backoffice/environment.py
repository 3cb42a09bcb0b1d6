"""Where the settings come from: the environment, and a `.env` file beside manage.py.

A secret may also come from a file: NAME_FILE holds its path, and a missing file stops the process.
"""

from datetime import timedelta
from pathlib import Path

import environ

from accounts_app.offblocks.credentials import Secret

env = environ.FileAwareEnv()
BASE_DIR = Path(__file__).resolve().parent.parent
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")


def seconds(name: str, default: float) -> timedelta:
    """Read a duration given in seconds."""
    return timedelta(seconds=env.float(name, default=default))


def secret(name: str) -> Secret:
    """Read a text that does not print itself."""
    return Secret(env.str(name, multiline=True, default="").strip())


# Many other settings follow from how the back-office is reached.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
