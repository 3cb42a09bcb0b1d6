"""The services' lines are always kept, and shown once everything is up."""

import io
from pathlib import Path

from launcher.journal import HELD_LINES, Journal
from launcher.printing import Screen


def test_lines_are_shown_once_everything_is_up(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Journal(tmp_path / "services.log", Screen(stream)) as journal:
        journal.say("web", "while starting")
        journal.show()
        journal.say("web", "while running")
    assert stream.getvalue() == "web     | while running\n"


def test_every_line_is_kept_in_the_file(tmp_path: Path) -> None:
    with Journal(tmp_path / "services.log", Screen(io.StringIO())) as journal:
        journal.say("web", "while starting")
        assert (tmp_path / "services.log").read_text() == "web     | while starting\n"


def test_a_failed_start_shows_the_last_lines(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Journal(tmp_path / "services.log", Screen(stream)) as journal:
        for number in range(HELD_LINES + 1):
            journal.say("web", f"line {number}")
        journal.show_held()
    assert stream.getvalue().startswith("web     | line 1\n")
    assert stream.getvalue().endswith(f"web     | line {HELD_LINES}\n")


def test_a_straggler_after_the_end_is_ignored(tmp_path: Path) -> None:
    with Journal(tmp_path / "services.log", Screen(io.StringIO())) as journal:
        pass
    journal.say("web", "too late")
    assert (tmp_path / "services.log").read_text() == ""
