"""The virtual environment: made once, installed again only when the requirements changed."""

import fcntl
import hashlib
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from launcher import pip_failures, preflight
from launcher.errors import CannotStart
from launcher.run_directory import RunDirectory
from launcher.supervisor import ROOT, Say, Supervisor

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"
"""Exists while an installation runs: found at a start, the environment is made anew."""

RUNTIME = ("requirements.txt",)
DEVELOPMENT = ("requirements.txt", "requirements-dev.txt")
MEGABYTES = {RUNTIME: 600, DEVELOPMENT: 1200}
LAST_LINES = 8


def ensure(
    supervisor: Supervisor, run_directory: RunDirectory, names: tuple[str, ...], say: Say
) -> None:
    """Make the environment hold exactly what these requirement files say; quick when it does."""
    preflight.require_venv()
    with _alone(supervisor):
        if _is_usable() and not _changed(names):
            return
        preflight.require_space(ROOT, MEGABYTES[names])
        started = time.monotonic()
        say("setup", "Installing the libraries (one or two minutes the first time) ...")
        with run_directory.file("install.log").open("w+") as log:
            _install(supervisor, names, log)
        say("setup", f"Installed in {time.monotonic() - started:.0f} s.")


@contextmanager
def _alone(supervisor: Supervisor) -> Iterator[None]:
    """Let one launcher at a time touch the environment, which all of this folder's share."""
    with (ROOT / RUNTIME[0]).open() as lock:
        supervisor.wait_for(
            lambda: _locks(lock), 600, "Another installation in this folder does not end; stop it."
        )
        yield


def _locks(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_usable() -> bool:
    """Tell whether a whole environment of this Python's version is there."""
    configuration = VENV / "pyvenv.cfg"
    if UNFINISHED.exists() or not PYTHON.exists() or not configuration.exists():
        return False
    # Up to the minor version: a patch release keeps working, another minor finds no packages.
    minor = platform.python_version().rpartition(".")[0]
    return f"version = {minor}." in configuration.read_text()


def _changed(names: tuple[str, ...]) -> bool:
    return any(not stamp.exists() or stamp.read_text() != now for stamp, now in _stamps(names))


def _stamps(names: tuple[str, ...]) -> list[tuple[Path, str]]:
    """Pair each file's stamp in the environment with what it should read."""
    return [
        (VENV / f".{name}.sha256", hashlib.sha256((ROOT / name).read_bytes()).hexdigest())
        for name in names
    ]


def _install(supervisor: Supervisor, names: tuple[str, ...], log: TextIO) -> None:
    if not _is_usable():
        shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    if not PYTHON.exists():
        _run(supervisor, [sys.executable, "-m", "venv", str(VENV)], log)
    _run(supervisor, [*pip_install(), "-r", str(ROOT / names[-1])], log)
    for stamp, now in _stamps(names):
        stamp.write_text(now)
    UNFINISHED.unlink()


def pip_install() -> list[str]:
    """The pip command of this environment, without the packages: quiet, asking nothing."""
    return [
        *(str(PYTHON), "-I", "-m", "pip", "install", "--quiet", "--no-input"),
        *("--disable-pip-version-check", "--retries", "2", "--timeout", "20"),
    ]


def _run(supervisor: Supervisor, command: list[str], log: TextIO) -> None:
    code = supervisor.run(
        "setup", command, os.environ, say=lambda _, line: print(line, file=log, flush=True)
    )
    if code == 0:
        return
    log.seek(0)
    output = log.read()
    last = "\n".join(output.splitlines()[-LAST_LINES:])
    raise CannotStart(
        pip_failures.sentence_for(output)
        or f"The installation failed; the whole story is in {log.name}. Its end:\n{last}"
    )
