"""Looks for what catches a defect: the tests named with it, the suite, then the simulator."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.copy import Copy
from tests.mutation.mutant import Mutant

SEEDS = 200
# Seconds; a defect that makes the product wait for ever is caught, too.
PATIENCE = 900
PYTEST = ("-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider")
SUITE = (
    "tests/services",
    "tests/faults",
    "tests/webhooks",
    "tests/mirror",
    "tests/reconciliation",
    "tests/test_audit.py",
    "tests/test_work.py",
)
SIMULATION = ("-m", "tests.simulation", "--processes", "1", "--failures", "1", "--seeds")
PASSED, FAILED = 0, 1
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
FAILED_SEED = re.compile(r"seed (\d+ br(?:eaks|oke) \S+)")


class Broken(Exception):
    """A run said neither yes nor no: what it printed tells why."""


@dataclass(frozen=True)
class Result:
    """What caught a defect; None where nothing did, "" where it was not tried.

    `failure` tells why a run gave no answer; one without an answer catches nothing.
    """

    mutant: Mutant
    test: str | None
    seed: str | None = ""
    failure: str = ""

    @property
    def is_caught(self) -> bool:
        """Whether anything caught it."""
        return bool(self.test or self.seed)


class Hunt:
    """Hunts defects in one copy of the tree; `postgresql` is a database to use where needed."""

    def __init__(self, copy: Copy, postgresql: str = "") -> None:
        self._copy = copy
        self._postgresql = postgresql

    def result(self, mutant: Mutant, *, both: bool) -> Result:
        """Seed a defect and say what catches it; the simulator is for what the tests miss."""
        test, seed, failure = None, None, ""
        with self._copy.holding(mutant):
            try:
                test = self.failing_test(mutant.tests, mutant) or self.failing_test(SUITE, mutant)
                seed = self.failing_seed() if both or not test else ""
            except Broken as broken:
                failure = str(broken)
        return Result(mutant, test, seed, failure)

    def failing_test(self, tests: Sequence[str], mutant: Mutant | None = None) -> str | None:
        """Run tests until one fails and return its name; None when all pass."""
        there = [test for test in tests if (self._copy.root / test.split("::")[0]).exists()]
        needs_postgresql = mutant is not None and mutant.needs_postgresql
        code, said = self._run(*PYTEST, *there, database=self._postgresql * needs_postgresql)
        return _caught(code, said, FAILED_TEST)

    def failing_seed(self) -> str | None:
        """Run the simulator and return the first failing seed; None when all hold."""
        code, said = self._run(*SIMULATION, str(SEEDS))
        return _caught(code, said, FAILED_SEED)

    def _run(self, *command: str, database: str = "") -> tuple[int, str]:
        # Bytecode is judged by size and second: a defect seeded in the same second would not count.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "DATABASE_URL": database}
        if not database:
            del environment["DATABASE_URL"]
        try:
            done = subprocess.run(
                [sys.executable, *command],
                cwd=self._copy.root,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return FAILED, f"FAILED {command[-1]} (it never ended)"
        return done.returncode, done.stdout + done.stderr


def _caught(code: int, said: str, pattern: "re.Pattern[str]") -> str | None:
    if code == PASSED:
        return None
    found = pattern.search(said)
    if code != FAILED or found is None:
        raise Broken(f"It ended with {code}.\n{said[-4000:]}")
    return found[1]


def baseline(copy: Copy, mutants: Sequence[Mutant]) -> str | None:
    """Run tests and simulator without any defect: what fails already can catch nothing."""
    hunt, named = Hunt(copy), {test for mutant in mutants for test in mutant.tests}
    return hunt.failing_test(sorted(named | set(SUITE))) or hunt.failing_seed()


def folder_of(base: Path, number: int) -> Path:
    """Return a folder for one of several copies."""
    folder = base / str(number)
    folder.mkdir()
    return folder
