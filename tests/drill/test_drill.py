"""The drill itself, on three of its runs: `make drill` plays the whole matrix."""

import subprocess
import sys
from pathlib import Path

import pytest

from accounts_app.services.catalogue import KINDS
from tests.drill import matrix, table
from tests.drill.conduct import Row

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
    is_of_accounts = kind in matrix.KINDS_OF_ACCOUNTS
    chosen = matrix.STACKS if is_of_accounts else matrix.STACKS_OF_OTHERS
    stacks = [f"{database}-{engine}" for database, engine in chosen]
    assert met >= {(stack, at) for stack in stacks for at in matrix.boundaries_of(kind)}


def test_every_kind_of_the_catalogue_is_drilled():
    assert sorted(matrix.KINDS) == sorted(KINDS)
    assert set(matrix.READS_FIRST) == {kind.name for kind in KINDS.values() if kind.reads_first}
    assert set(matrix.FETCHES) == {kind.name for kind in KINDS.values() if kind.fetch}
    assert set(matrix.CREATES) == {kind.name for kind in KINDS.values() if kind.creates}


def test_customers_and_cards_are_drilled_on_every_database_and_engine():
    databases, engines = zip(*matrix.STACKS_OF_OTHERS, strict=True)
    assert {*databases, *engines} == {name for stack in matrix.STACKS for name in stack}


def test_the_quick_runs_are_of_the_matrix():
    assert set(matrix.QUICK) <= {run.name for run in matrix.everything()}


def test_the_page_has_a_line_for_every_run():
    names = [*(run.name for run in matrix.everything()), "sqlite-inline/at the end, everything"]
    rows = [Row(name, "succeeded", 1.0, 1, 0, 0, []) for name in names]
    assert table.document(rows).count("| holds |") == len(names)


def test_the_page_tells_what_was_violated():
    row = Row(matrix.QUICK[0], "succeeded", 1.0, 2, 0, 0, ["2 effective changes instead of 1"])
    assert "**violated**: 2 effective changes instead of 1" in table.document([row])
