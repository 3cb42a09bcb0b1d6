"""A programme of any size, written by the database itself: a customer, an account and a card each.

The rows are such as the mirror would have made; the test beside this holds that no key of theirs
leads nowhere. Ids follow from a row's number, so that a benchmark knows which to ask for.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from tests.bench import rows

Connection = psycopg.Connection[tuple[Any, ...]]
# One of so many rows; an operation is rarer than an account.
SHARES = {"operation": 10, "auditentry": 10}
MEMORY = "512MB"


def id_of(kind: str, number: int) -> uuid.UUID:
    """Return the id of a customer, account or card by its number, counted from 1."""
    return uuid.UUID(hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())


def wallet_of(number: int) -> str:
    """Return the address part of a customer's wallet."""
    halves = (f"{half}{number}".encode() for half in "wv")
    digests = (hashlib.md5(half, usedforsecurity=False).hexdigest() for half in halves)
    return "".join(digests)[:40]


def fill(url: str, size: int, history: int) -> None:
    """Write a programme of `size` accounts.

    The first account has ten events, snapshots and acts more than the others, the second
    `history` of each.
    """
    with _writing(url) as connection:
        for table, values in rows.PROGRAMME.items():
            _fill_table(connection, table, values, size // SHARES.get(table, 1))
        for account, number in ((1, 10), (2, history)):
            for table, values in rows.HISTORY.items():
                told = {name: sql.replace(":account", str(account)) for name, sql in values.items()}
                _insert(connection, table, told, number)
    _vacuum(url)


def fill_lists(url: str, size: int) -> None:
    """Write `size` customers and accounts alone: what the list of accounts reads."""
    for table in ("customer", "account"):
        fill_table(url, table, rows.PROGRAMME[table], size)


def fill_table(url: str, table: str, values: dict[str, str], size: int) -> None:
    """Write one table, its columns given as SQL over the number `n`."""
    with _writing(url) as connection:
        _fill_table(connection, table, values, size)
    _vacuum(url)


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    with psycopg.connect(url) as connection:
        # Keys lead to rows by construction, and the chain of the audit is nobody's here.
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(SQL("SET LOCAL maintenance_work_mem = {}").format(Literal(MEMORY)))
        yield connection


def _fill_table(connection: Connection, table: str, values: dict[str, str], size: int) -> None:
    with _without_indexes(connection, table):
        _insert(connection, table, values, size)


def _vacuum(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _insert(connection: Connection, table: str, values: dict[str, str], number: int) -> None:
    """Insert rows whose columns are given as SQL over the number `n`."""
    told = _defaults(connection, table) | values
    connection.execute(
        SQL("INSERT INTO {} ({}) SELECT {} FROM generate_series(1, {}) AS n").format(
            Identifier(_named(table)),
            SQL(", ").join(map(Identifier, told)),
            SQL(", ").join(SQL(text) for text in told.values()),
            Literal(number),
        )
    )


@contextmanager
def _without_indexes(connection: Connection, table: str) -> Iterator[None]:
    """Make the table's indexes anew after the block: ten times quicker than row by row."""
    indexes = _indexes(connection, table)
    for index in indexes:
        connection.execute(SQL("DROP INDEX {}").format(Identifier(index)))
    yield
    for definition in indexes.values():
        connection.execute(SQL(definition))


def _named(table: str) -> str:
    return f"accounts_app_{table}"


def _indexes(connection: Connection, table: str) -> dict[str, str]:
    """Map the table's indexes to their definitions; those behind constraints stay."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [_named(table)],
    )
    return {str(name): str(definition) for name, definition in found}


def _defaults(connection: Connection, table: str) -> dict[str, str]:
    """Return an empty value for every column that must have one and is not numbered by itself."""
    found = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s "
        "AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL",
        [_named(table)],
    )
    return {str(column): rows.EMPTY[str(kind)] for column, kind in found}
