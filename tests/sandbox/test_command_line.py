"""`python -m sandbox`: starts, says where it is, ends on a signal, explains what is wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.server import Sandbox

ROOT = Path(__file__).parents[2]


def _start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what the process still says until it ends; `communicate` loses what was buffered."""
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout, process.stderr:
        said = process.stdout.read(), process.stderr.read()
    process.wait(timeout=10)
    return said


def _refusal(*arguments: str, **environment: str) -> str:
    process = _start(*arguments, **environment)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 2
    assert len(stderr.splitlines()) == 1
    return stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_cleanly_on_a_signal(number: int, tmp_path: Path) -> None:
    script = tmp_path / "faults.json"
    script.write_text(json.dumps([{"match": {"operation": "createToken"}, "action": "status"}]))
    process = _start(
        *("--port", "0", "--db", str(tmp_path / "s.sqlite3"), "--faults", str(script)),
        SANDBOX_API_KEY="0b0d1c0e-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
    )
    assert process.stdout is not None
    url = process.stdout.readline().split(" at ")[1].split(",")[0]
    assert "0b0d1c0e-1f2a-4b3c-8d4e-5f6a7b8c9d0e" in process.stdout.readline()
    assert requests.post(f"{url}/auth/token", json={}, timeout=5).status_code == 500
    process.send_signal(number)
    stdout, stderr = _rest(process)
    assert (process.returncode, stderr) == (0, "")
    assert "POST /v1/auth/token -> 500" in stdout


@pytest.mark.parametrize(("given", "shown"), [({}, True), ({"SANDBOX_API_SECRET": "own"}, False)])
def test_only_a_secret_it_made_itself_is_printed(given: dict[str, str], shown: bool) -> None:
    process = _start("--port", "0", "--db", ":memory:", **given)
    assert process.stdout is not None
    first = process.stdout.readline() + process.stdout.readline()
    process.terminate()
    rest, _ = _rest(process)
    assert ("api secret" in first + rest) is shown


def test_a_taken_port_is_one_plain_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    port = sandbox.root_url.rpartition(":")[2]
    refusal = _refusal("--port", port, "--db", str(tmp_path / "s.sqlite3"))
    assert refusal.startswith(f"sandbox: port {port} is taken; ")


def test_it_listens_on_this_machine_only() -> None:
    assert "--allow-any-host permits it" in _refusal("--host", "192.0.2.1", "--db", ":memory:")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    assert "No such file" in _refusal("--db", ":memory:", SANDBOX_API_SECRET_FILE=missing)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    assert "unable to open database file" in _refusal("--db", str(tmp_path / "none" / "db"))


@pytest.mark.parametrize("script", ["{", "{}", "[1]", '[{"action": "x"}]'])
def test_a_bad_fault_file_is_refused(tmp_path: Path, script: str) -> None:
    file = tmp_path / "faults.json"
    file.write_text(script)
    assert _refusal("--port", "0", "--db", ":memory:", "--faults", str(file))
