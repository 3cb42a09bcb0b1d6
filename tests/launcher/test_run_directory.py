"""The run directory keeps secrets private and belongs to one launcher at a time."""

import stat
from pathlib import Path

import pytest

from launcher.errors import CannotStart
from launcher.run_directory import RunDirectory, new_password


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    RunDirectory(tmp_path).secret("secret_key", lambda: "first")
    path = RunDirectory(tmp_path).secret("secret_key", lambda: "second")
    assert path.read_text() == "first"


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    run_directory = RunDirectory(tmp_path / "run")
    assert mode(run_directory.path) == 0o700
    assert mode(run_directory.secret("secret_key", new_password)) == 0o400


def test_a_file_can_be_written_again(tmp_path: Path) -> None:
    run_directory = RunDirectory(tmp_path)
    run_directory.write("webhook_public_key.pem", "old")
    assert run_directory.write("webhook_public_key.pem", "new").read_text() == "new"


def test_a_crash_while_writing_is_survived(tmp_path: Path) -> None:
    (tmp_path / ".secret_key.new").write_text("half")
    assert RunDirectory(tmp_path).secret("secret_key", lambda: "whole").read_text() == "whole"


def test_a_second_launcher_is_refused(tmp_path: Path) -> None:
    with RunDirectory(tmp_path).locked():
        second = RunDirectory(tmp_path)
        with pytest.raises(CannotStart, match="already running from"), second.locked():
            pass


def test_a_stopped_launcher_gives_the_folder_free(tmp_path: Path) -> None:
    folder = RunDirectory(tmp_path)
    entered = 0
    for _ in range(2):
        with folder.locked():
            entered += 1
    assert entered == 2


def test_the_ready_note_goes_with_the_stack(tmp_path: Path) -> None:
    with RunDirectory(tmp_path).ready_note({"url": "http://127.0.0.1:8000"}):
        assert "http://127.0.0.1:8000" in (tmp_path / "ready.json").read_text()
    assert not (tmp_path / "ready.json").exists()


def test_a_killed_launcher_leaves_no_note_behind(tmp_path: Path) -> None:
    (tmp_path / "ready.json").touch()
    with RunDirectory(tmp_path).locked():
        assert not (tmp_path / "ready.json").exists()


def test_a_password_is_long_enough_for_the_policy() -> None:
    assert len(new_password()) >= 15
