"""The harness itself: its figures, its table, and a tiny run of every benchmark."""

import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings

from sandbox.server import Sandbox
from tests.bench import listed, table
from tests.bench.baseline.parsing import _entries
from tests.bench.benchmarks import ALL
from tests.bench.figures import Comparison, Row, Spread, Taken, Target, measured
from tests.bench.load import LIFE, _status, percentile, send_all
from tests.bench.memory import _growth, held

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


class Counted(BaseHTTPRequestHandler):
    """Answers nothing at all, and notes on which connection."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        self.asked.append(self.client_address[1])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


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


def test_what_only_ours_tells_has_no_baseline():
    ours, theirs = Taken({"rate": 10, "lost": 0}), Taken({"rate": 20})
    targets = (RATE, Target("lost", "events", at_most=0, is_ratio=False))
    rate, lost = measured(Comparison("c", lambda: ours, targets, "b", lambda: theirs, "", True), 3)
    assert (rate.is_met, lost.is_met, lost.other) == (True, True, None)


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


def test_a_server_that_closes_after_each_answer_is_asked_anew():
    call = b"PATCH /v1/accounts/1 HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 0\r\n\r\n"
    with Sandbox(seed=1) as sandbox:
        port = int(sandbox.root_url.rpartition(":")[2])
        sent = send_all(port, [call] * 6, connections=2, expect=405)
    assert sent.failures == 0


def test_a_connection_is_made_anew_before_luck_decides():
    with ThreadingHTTPServer(("127.0.0.1", 0), Counted) as server:
        threading.Thread(target=server.serve_forever).start()
        calls = [b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"] * (2 * LIFE + 1)
        sent = send_all(server.server_port, calls, connections=1)
        server.shutdown()
    assert sent.failures == 0
    assert [*Counter(Counted.asked).values()] == [LIFE, LIFE, 1]


def test_the_slowest_of_a_hundred():
    assert percentile([float(number) for number in range(100)], 99) == 99


def test_a_bare_parse_counts_entries_wherever_they_are_cut():
    told = json.dumps([{"id": number, "of": ["a", "b"]} for number in range(3)])
    for cut in range(1, len(told)):
        first, pending = _entries(told[:cut])
        second, rest = _entries(pending + told[cut:])
        assert (first + second, rest.strip("]")) == (3, "")


@pytest.mark.parametrize("kind", listed.LISTS)
def test_the_lists_have_the_sandboxs_members_in_its_order(kind):
    with Sandbox(seed=1, deliveries="manual") as sandbox:
        sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
        (told,) = sandbox.world.snapshot()[kind]
    assert [*listed.MEMBERS[kind], *listed.ALL] == [*told]
    assert re.fullmatch(r"[-0-9]{10}T[:0-9]{8}\.[0-9]{6}Z", str(told["createdAt"]))


def test_memory_that_grows_is_told_by_its_last_part():
    flat = [(second, 100.0) for second in range(10)]
    grown = [*flat[:9], (9, 110.0)]
    assert [_growth(seen, 10, 1) for seen in (flat, grown, flat[:5])] == [1, 1.1, float("inf")]


def test_the_memory_of_a_group_of_processes_is_seen():
    own = f"tests {os.getpid()}"
    assert held({os.getpgid(0): "tests"})[own] > 1


def test_an_unknown_benchmark_is_refused():
    refused = bench("--only", "everything")
    assert (refused.returncode, refused.stderr.count(",")) == (2, len(ALL) - 1)


@on_postgresql
@pytest.mark.xdist_group("bench")
def test_every_benchmark_runs():
    ran = bench("--scale", "tiny")
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    assert "failed" not in ran.stdout, ran.stdout
    assert ran.stdout.count("\n| ") > len(ALL)
