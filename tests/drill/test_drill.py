"""The drill itself, on three of its runs: `make drill` plays the whole matrix."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.drill import matrix

ROOT = Path(__file__).resolve().parents[2]
PLAYED = (
    "sqlite-inline/send/worker/kill/provider-did-it/create_account",
    "sqlite-inline/send/web/kill/attempt-committed/deactivate",
    "sqlite-inline/intake/web/kill/event-committed/account",
)


def drill(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the drill with these arguments."""
    command = [sys.executable, "-m", "tests.drill", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_killed_processes_lose_and_double_nothing():
    drilled = drill(*(word for name in PLAYED for word in ("--only", name)))
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    assert drilled.stdout.count(": holds") == len(PLAYED) + 1


def test_an_unknown_run_is_refused():
    refused = drill("--only", "nothing/of/the/sort")
    assert refused.returncode == 2
    assert "--list" in refused.stderr


@pytest.mark.parametrize("signal", ["kill", "stop"])
@pytest.mark.parametrize("kind", matrix.KINDS)
def test_every_boundary_of_every_kind_is_met_by_both_signals(kind, signal):
    met = {
        (run.stack, run.at)
        for run in matrix.everything()
        if (run.act, run.kind, run.signal) == ("send", kind, signal)
    }
    stacks = [f"{database}-{engine}" for database, engine in matrix.STACKS]
    assert met >= {(stack, at) for stack in stacks for at in matrix.boundaries_of(kind)}


def test_the_quick_runs_are_of_the_matrix():
    assert set(matrix.QUICK) <= {run.name for run in matrix.everything()}
