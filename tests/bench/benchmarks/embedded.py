"""The intake and the first sync on SQLite: for the record, nothing is asked of it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from tests.bench.baseline.inserting_urls import TABLE
from tests.bench.benchmarks import intake, sync
from tests.bench.benchmarks.intake import Bounds
from tests.bench.figures import Comparison
from tests.bench.stand import Stand

WHERE = ", SQLite"


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare the same as on PostgreSQL, each with its baseline on SQLite."""
    empty = partial(_empty, stand)
    url = stand.once("intake on SQLite", lambda: empty("intake"))
    yield from intake.beside_bare(stand, url, stand.serve(url), Bounds(), WHERE)
    yield sync.beside_bulk(stand, empty, where=WHERE)


def _empty(stand: Stand, name: str) -> str:
    """Return the address of a new file with our tables and no rows."""
    file = stand.directory.file(f"{name}.sqlite3")
    shutil.copyfile(stand.once("tables on SQLite", lambda: _migrated(stand)), file)
    return _address(file)


def _migrated(stand: Stand) -> Path:
    file: Path = stand.directory.file("tables.sqlite3")
    stand.manage(_address(file), "migrate", "--verbosity=0")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(TABLE)
    return file


def _address(file: Path) -> str:
    return f"sqlite:///{file}"
