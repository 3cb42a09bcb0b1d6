"""The harness itself: its figures, its table, and a tiny run of every benchmark."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.bench import table
from tests.bench.benchmarks import ALL
from tests.bench.figures import Comparison, Row, Spread, Taken, Target, measured
from tests.bench.load import _status, percentile

ROOT = Path(__file__).resolve().parents[2]
RATE = Target("rate", "events/s", at_least=0.5)
on_postgresql = pytest.mark.skipif(
    "postgresql" not in settings.DATABASES["default"]["ENGINE"],
    reason="the benchmarks run on PostgreSQL",
)


def row(ours, other=None, target=RATE, failures=0):
    """Make a row of these repeats."""
    theirs = Spread(tuple(other)) if other else None
    return Row("intake", "bare", target, Spread(tuple(ours)), theirs, failures)


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the benchmarks with these arguments."""
    command = [sys.executable, "-m", "tests.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_repeats_are_taken_in_turns_after_one_that_does_not_count():
    order = []

    def side(name, values):
        def take():
            order.append(name)
            return Taken({"rate": next(values)})

        return take

    ours, theirs = iter([99.0, 10.0, 20.0]), iter([99.0, 20.0, 20.0])
    comparison = Comparison("c", side("o", ours), (RATE,), "b", side("b", theirs))
    (found,) = measured(comparison, 2)
    assert order == ["o", "b"] * 3
    assert (found.ours.values, found.ratio) == ((10.0, 20.0), 0.75)


def test_the_ratio_is_the_middle_of_the_pairs():
    assert row([10, 100, 50], [10, 50, 100]).ratio == 1


@pytest.mark.parametrize(
    ("target", "ours", "is_met"),
    [
        (Target("f", "", at_least=0.5), 50, True),
        (Target("f", "", at_least=0.5), 49, False),
        (Target("f", "", at_most=1.2), 120, True),
        (Target("f", "", at_most=1.2), 121, False),
        (Target("f", "", at_most=100, is_ratio=False), 101, False),
        (Target("f", ""), 1, None),
    ],
)
def test_a_target_is_held_to_its_bounds(target, ours, is_met):
    assert row([ours], [100], target).is_met is is_met


def test_nothing_is_met_where_something_failed():
    assert row([100], [100], failures=1).is_met is False


def test_the_table_tells_everything():
    told = table.table([row([1000, 1500, 1200], [1000, 1000, 1000], failures=2)])
    cells = [cell.strip() for cell in told.splitlines()[2].strip("|").split("|")]
    expected = ["intake", "bare", "rate, events/s", "1,200", "1,000", "1,500", "1,000"]
    assert cells == [*expected, "1.20 x", "≥ 0.5 x", "NOT MET 2 failed"]


def test_the_file_keeps_every_repeat(tmp_path):
    path = tmp_path / "bench" / "results.json"
    table.write([row([1, 3], [1, 1])], {"cores": 2}, path)
    kept = json.loads(path.read_text())
    assert kept["machine"] == {"cores": 2}
    assert kept["figures"][0]["ours"] == {"median": 2, "min": 1, "max": 3, "repeats": [1, 3]}


def test_an_answer_is_whole_at_its_length():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    assert [_status(bytearray(head + part)) for part in (b"", b"{", b"{}")] == [None, None, 200]


def test_the_slowest_of_a_hundred():
    assert percentile([float(number) for number in range(100)], 99) == 99


def test_an_unknown_benchmark_is_refused():
    refused = bench("--only", "everything")
    assert (refused.returncode, refused.stderr.count(",")) == (2, len(ALL) - 1)


@on_postgresql
def test_every_benchmark_runs():
    ran = bench("--scale", "tiny")
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    assert "failed" not in ran.stdout, ran.stdout
    assert ran.stdout.count("\n| ") > len(ALL)
