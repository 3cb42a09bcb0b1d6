"""The environment of every process of the stack. Nothing of the user's shell leaks into it."""

import os

from launcher.keys import ANCHOR_KEY, SIGNING_KEY, WEBHOOK_PUBLIC_KEY, KeyIds
from launcher.preflight import HOST, Ports
from launcher.run_directory import RunDirectory

INHERITED = ("HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER")


def base() -> dict[str, str]:
    """What any process needs; settings such as DATABASE_URL stay outside."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def of_sandbox(run_directory: RunDirectory) -> dict[str, str]:
    """The sandbox knows the credentials it must accept."""
    return {
        **base(),
        "SANDBOX_API_KEY_FILE": str(run_directory.file("api_key")),
        "SANDBOX_API_SECRET_FILE": str(run_directory.file("api_secret")),
    }


def of_django(run_directory: RunDirectory, ports: Ports, ids: KeyIds) -> dict[str, str]:
    """The web process, the worker and every management command share one environment."""
    database = f"sqlite:///{run_directory.file('db.sqlite3')}"
    return {
        **base(),
        # The sandbox has no limit, and a seed of three thousand events should not wait for one.
        "OFFBLOCKS_READS_PER_SECOND": "100",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        # As a file, because that wins over whatever a developer's `.env` says.
        "DATABASE_URL_FILE": str(run_directory.write("database_url", database)),
        "AUDIT_ANCHOR_KEY_FILE": str(run_directory.file(ANCHOR_KEY)),
        "DEBUG": "false",
        "DEMO": "true",
        "DEMO_PASSWORD_FILE": str(run_directory.file("demo_password")),
        "OFFBLOCKS_API_KEY_FILE": str(run_directory.file("api_key")),
        "OFFBLOCKS_API_SECRET_FILE": str(run_directory.file("api_secret")),
        "OFFBLOCKS_BASE_URL": f"http://{HOST}:{ports.sandbox}/v1",
        "OFFBLOCKS_SIGNING_KEY_FILE": str(run_directory.file(SIGNING_KEY)),
        "OFFBLOCKS_SIGNING_KEY_ID": ids.signing,
        "OFFBLOCKS_WEBHOOK_AUTH": "signature",
        "OFFBLOCKS_WEBHOOK_KEY_ID": ids.webhook,
        "OFFBLOCKS_WEBHOOK_PUBLIC_KEY_FILE": str(run_directory.file(WEBHOOK_PUBLIC_KEY)),
        "PUBLIC_URL": f"http://{HOST}:{ports.web}",
        "SECRET_KEY_FILE": str(run_directory.file("secret_key")),
        "STATIC_ROOT": str(run_directory.file("static")),
        "WORK_ENGINE": "inline",
    }
