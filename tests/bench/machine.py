"""What figures were taken on: without it nobody can compare them with others."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

LIBRARIES = ("Django", "gunicorn", "psycopg", "cryptography")


def described(database: dict[str, str], scale: str) -> dict[str, Any]:
    """Return the machine, its load, the versions and the database's settings."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": scale,
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg(),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "postgresql": database,
    }


def _processor() -> str:
    with open("/proc/cpuinfo") as lines:
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
