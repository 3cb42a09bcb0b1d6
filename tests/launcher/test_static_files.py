"""Static files are collected again only when their sources changed."""

from pathlib import Path

from launcher import static_files
from launcher.run_directory import RunDirectory


def test_unchanged_sources_are_not_collected_again(tmp_path: Path) -> None:
    run_directory = RunDirectory(tmp_path)
    static_files.mark_collected(run_directory)
    assert static_files.are_collected(run_directory)


def test_a_first_start_collects(tmp_path: Path) -> None:
    assert not static_files.are_collected(RunDirectory(tmp_path))


def test_changed_sources_are_collected_again(tmp_path: Path) -> None:
    run_directory = RunDirectory(tmp_path)
    run_directory.write(static_files.STAMP, "the digest of other files")
    assert not static_files.are_collected(run_directory)
