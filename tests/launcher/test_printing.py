"""Every line carries the name of its process."""

import io
import os
import subprocess
import sys

import pytest

from launcher.printing import Screen
from launcher.supervisor import Supervisor
from tests.launcher.processes import ROOT


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_a_line_follows_the_name_of_its_process() -> None:
    stream = io.StringIO()
    Screen(stream).say("web", "started")
    assert stream.getvalue() == "web     | started\n"


def test_names_are_coloured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal()
    Screen(terminal).say("web", "started")
    assert terminal.getvalue() == "\033[36mweb     |\033[0m started\n"


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    Screen(terminal).say("web", "started")
    assert terminal.getvalue() == "web     | started\n"


def test_both_outputs_of_a_process_are_passed_on_whatever_their_bytes() -> None:
    lines: list[tuple[str, str]] = []
    supervisor = Supervisor(lambda name, line: lines.append((name, line)))
    source = r"import sys; sys.stdout.buffer.write(b'caf\xff\n'); sys.stderr.write('oh\n')"
    assert supervisor.run("seed", [sys.executable, "-u", "-c", source], os.environ) == 0
    assert lines == [("seed", "caf\N{REPLACEMENT CHARACTER}"), ("seed", "oh")]


def test_a_closed_pipe_is_outlived() -> None:
    source = "from launcher.printing import Screen\nscreen = Screen()\n"
    source += "while True: screen.say('web', 'x' * 70000); screen.print('still here', )\n"
    source = source.replace("while True:", "for _ in range(9):")
    process = subprocess.Popen([sys.executable, "-c", source], cwd=ROOT, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=20) == 0
