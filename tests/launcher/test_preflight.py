"""What stands in the way is said in one sentence, before anything is started."""

import errno
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import preflight
from launcher.errors import CannotStart
from launcher.preflight import Ports
from tests.launcher.processes import ROOT, run_make

WITHOUT_ENSUREPIP = """
import sys
sys.modules["ensurepip"] = None
from launcher.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_two_free_ports_are_accepted_and_left_free() -> None:
    ports = Ports(free_port(), free_port())
    preflight.require_free_ports(ports)
    for port in (ports.web, ports.sandbox):
        with socket.create_server(("127.0.0.1", port)) as server:
            assert server.getsockname()[1] == port


def test_a_taken_port_is_one_plain_sentence(taken_port: int, tmp_path: Path) -> None:
    made = run_make("run", PORT=str(taken_port), RUN_DIR=str(tmp_path))
    sentence, makes_own_line = made.stderr.splitlines()
    assert sentence == (
        f"Port {taken_port} is taken by another program. "
        f"Stop it, or start with: PORT={taken_port + 10} make run"
    )
    assert makes_own_line.endswith("Error 2")
    assert made.stdout == ""


def test_the_sandbox_port_is_named_as_such(taken_port: int) -> None:
    with pytest.raises(CannotStart, match=r"start with: SANDBOX_PORT=\d+ make run"):
        preflight.require_free_ports(Ports(free_port(), taken_port))


def test_the_ports_default_to_8000_and_8001() -> None:
    assert preflight.read_ports({}) == Ports(8000, 8001)


@pytest.mark.parametrize("text", ["no", "0", "65536", "-1", "80 80"])
def test_a_port_is_a_number_in_range(text: str) -> None:
    with pytest.raises(CannotStart, match="PORT must be a number"):
        preflight.read_ports({"PORT": text})


def test_the_two_ports_differ() -> None:
    with pytest.raises(CannotStart, match="two different numbers"):
        preflight.read_ports({"PORT": "8001"})


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENSUREPIP, "run"],
        cwd=ROOT,
        env={"RUN_DIR": str(tmp_path), "PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("This Python cannot make virtual environments. Install its venv")


def test_a_disk_without_room_is_refused_with_the_numbers(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"needs 99999999 MB in .* and only \d+ MB are free"):
        preflight.require_space(tmp_path, 99_999_999)


def test_a_disk_that_fills_up_is_a_sentence() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/home/you/project")
    assert preflight.sentence_for(full).startswith("The disk is full (/home/you/project).")


def test_an_unknown_trouble_is_left_to_its_traceback() -> None:
    assert preflight.sentence_for(OSError(errno.EIO, "Input/output error")) == ""
