"""How the database is spoken to, whichever it is: what Django's defaults would get wrong."""

from typing import Any


def configured(database: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings of a database with what its kind needs."""
    if database.get("ENGINE") == "django.db.backends.sqlite3":
        return database | _sqlite()
    return database | _postgresql(database.get("OPTIONS", {}))


def _sqlite() -> dict[str, Any]:
    # Read-then-write transactions of several processes fail with "locked" under Django's defaults.
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA recursive_triggers=ON;"
        ),
    }
    return {"OPTIONS": options}


def _postgresql(options: dict[str, Any]) -> dict[str, Any]:
    # A database whose machine is gone is noticed in seconds: TCP alone takes many minutes, and a
    # delivery that cannot be stored must be refused while the provider still waits for the answer.
    patience = {"connect_timeout": 5, "tcp_user_timeout": 10_000}  # seconds, milliseconds
    # Without any number psycopg prepares nothing, not even what asks for it; Django's own
    # statements have their values in them and are never prepared.
    keeping = {"prepare_threshold": 5}
    return {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": patience | keeping | options,
    }
