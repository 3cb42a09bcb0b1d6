"""`make test`, `make check` and the longer proofs: the suite, and all a change must pass."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launcher import installation, production
from launcher.errors import StopAsked
from launcher.installation import PYTHON, VENV
from launcher.printing import Screen
from launcher.run_directory import RunDirectory
from launcher.supervisor import ROOT, Supervisor

# Tests often wait for a browser or a server, so that one more than there are cores has work to do.
# What is dear to make is made once: a group's tests are all given to one of them.
WORKERS = (os.cpu_count() or 1) + 1
# The order stays: what commits empties the tables, so whatever only looks at them comes before it.
PYTEST = ("-m", "pytest", "-n", str(WORKERS), "--dist", "loadgroup", "--no-loadscope-reorder")
DJLINT = ("-m", "djlint", "--lint", "--quiet", "--allow-empty-input")
PRODUCT = ("accounts_app", "backoffice", "sandbox", "launcher")
STATIC_CHECKS = {
    "lint": ("-m", "ruff", "check"),
    "format": ("-m", "ruff", "format", "--check"),
    "security": ("-m", "bandit", "-q", "-r", "-c", "pyproject.toml", *PRODUCT),
    "types": ("-m", "mypy"),
    "imports": (str(VENV / "bin" / "lint-imports"), "--no-logo"),
    "templates": (*DJLINT, "templates", "accounts_app"),
}
DJANGO_CHECKS = {
    "migrations": ("manage.py", "makemigrations", "--check", "--dry-run"),
    "deployment": ("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
}


def test(arguments: Sequence[str]) -> int:
    """Run the suite on SQLite, or on DATABASE_URL when it is set; return pytest's exit code."""
    _install(Screen())
    return subprocess.call([PYTHON, *PYTEST, *arguments], cwd=ROOT)


def check(arguments: Sequence[str]) -> int:
    """Run every check and then the suite; return 1 when one failed, after naming it."""
    screen = Screen()
    _install(screen)
    failed = [name for name, command in STATIC_CHECKS.items() if not _passes(screen, name, command)]
    with tempfile.TemporaryDirectory() as folder:
        settings = production.settings(Path(folder))
        failed += [
            name
            for name, command in DJANGO_CHECKS.items()
            if not _passes(screen, name, command, settings)
        ]
    if not _passes(screen, "tests", (*PYTEST, *arguments)):
        failed.append("tests")
    if failed:
        screen.print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def fuzz(cases: str) -> int:
    """Throw broken input at the verifier and at a real server; return pytest's exit code."""
    _install(Screen())
    environment = {**os.environ, "FUZZ_CASES": cases}
    return subprocess.call([PYTHON, "-m", "pytest", "tests/fuzz"], cwd=ROOT, env=environment)


def prove(package: str, arguments: Sequence[str]) -> int:
    """Run a package of the tests that is a program of its own; return its exit code."""
    _install(Screen())
    return subprocess.call([PYTHON, "-m", package, *arguments], cwd=ROOT)


def installed(job: Callable[[], int]) -> int:
    """Install what development needs, then do the job; return its exit code."""
    _install(Screen())
    return job()


def _install(screen: Screen) -> None:
    supervisor = Supervisor(screen.say)
    run_directory = RunDirectory(ROOT / ".run")
    try:
        with supervisor.on_duty():
            installation.ensure(supervisor, run_directory, installation.DEVELOPMENT, screen.say)
    except StopAsked:
        # Stopping is how a run ends well, but checks that were cut short have not passed.
        raise KeyboardInterrupt from None


def _passes(
    screen: Screen,
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str] = os.environ,
) -> bool:
    screen.print(f"== {name}")
    return subprocess.call([PYTHON, *command], cwd=ROOT, env=environment) == 0
