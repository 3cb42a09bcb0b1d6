"""Tells whether the collected static files are those of the present sources."""

import hashlib
from collections.abc import Iterator

from launcher.installation import RUNTIME
from launcher.run_directory import RunDirectory
from launcher.supervisor import ROOT

SOURCES = ROOT / "accounts_app" / "static"
STAMP = "static.sha256"


def are_collected(run_directory: RunDirectory) -> bool:
    """Tell whether nothing changed since `mark_collected`."""
    stamp = run_directory.file(STAMP)
    return stamp.exists() and stamp.read_text() == _digest()


def mark_collected(run_directory: RunDirectory) -> None:
    """Remember that the present sources were collected."""
    run_directory.write(STAMP, _digest())


def _digest() -> str:
    return hashlib.sha256("\n".join(_sources()).encode()).hexdigest()


def _sources() -> Iterator[str]:
    """Name our own files as they are now; those of libraries change with the requirements only."""
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    for path in [ROOT / RUNTIME[0], *files]:
        seen = path.stat()
        yield f"{path.relative_to(ROOT)} {seen.st_size} {seen.st_mtime_ns}"
