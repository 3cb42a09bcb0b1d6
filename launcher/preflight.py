"""Looks before starting: Python's own parts, disk space and ports. Each refusal is one sentence."""

import errno
import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import CannotStart

HOST = "127.0.0.1"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Ports:
    """Where the web process and the sandbox listen, both on the loopback address."""

    web: int
    sandbox: int


def require_venv() -> None:
    """Refuse a Python whose distribution left out `venv` or `ensurepip`."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise CannotStart(
        "This Python cannot make virtual environments. Install its venv module "
        f"(Debian and Ubuntu: sudo apt install python{version}-venv) and run the command again."
    )


def require_space(folder: Path, megabytes: int) -> None:
    """Refuse to fill a disk that has less than this many megabytes left."""
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < megabytes:
        raise CannotStart(
            f"The installation needs {megabytes} MB in {folder} and only {free} MB are free. "
            "Free some space and run the command again."
        )


def read_ports(environment: Mapping[str, str]) -> Ports:
    """Read PORT and SANDBOX_PORT, 8000 and 8001 by default."""
    ports = Ports(
        web=_read_port(environment, "PORT", "8000"),
        sandbox=_read_port(environment, "SANDBOX_PORT", "8001"),
    )
    if ports.web == ports.sandbox:
        raise CannotStart("PORT and SANDBOX_PORT are the same; choose two different numbers.")
    return ports


def require_free_ports(ports: Ports) -> None:
    """Refuse ports that another program holds or that this user may not open."""
    _require_free("PORT", ports.web)
    _require_free("SANDBOX_PORT", ports.sandbox)


def _read_port(environment: Mapping[str, str], name: str, default: str) -> int:
    text = environment.get(name) or default
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise CannotStart(f"{name} must be a number from 1 to 65535, and it is {text!r}.")


def _require_free(name: str, port: int) -> None:
    advice = f"start with: {name}={port + 10 if port > 1023 else port + 8000} make run"
    with socket.socket() as probe:
        # Without this a port that was just closed still counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CannotStart(f"Port {port} is for administrators only; {advice}") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CannotStart(
                f"Port {port} is taken by another program. Stop it, or {advice}"
            ) from None


def sentence_for(error: OSError) -> str:
    """Say what to do about a full disk or a folder that cannot be written."""
    place = error.filename or os.getcwd()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full ({place}). Free some space and run the command again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place} cannot be written. Put the project in a folder of your own and try again."
    return ""
