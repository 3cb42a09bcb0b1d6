"""Past the database's own guards, as only the tables' owner can: for emptying them, and forging.

On PostgreSQL it is the owner's switch; on SQLite the triggers are dropped and set again. The
product knows neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import QuerySet

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def let_flush(operations: type[BaseDatabaseOperations]) -> None:
    """Let Django empty the guarded tables after a test that committed."""
    flush = operations.execute_sql_flush

    def deletes(self: BaseDatabaseOperations, _style: Any, names: list[str], **_: Any) -> list[str]:
        """Empty tables of a few rows: PostgreSQL's TRUNCATE makes each of them anew on the disk."""
        return [f"DELETE FROM {self.quote_name(name)}" for name in names]  # noqa: S608 -- our tables

    def past_the_guards(self: BaseDatabaseOperations, statements: list[str]) -> None:
        off, on = _around(self.connection)
        flush(self, [*off, *statements, *on])

    operations.sql_flush = deletes  # type: ignore[method-assign]
    operations.execute_sql_flush = past_the_guards  # type: ignore[method-assign]


@contextmanager
def unguarded() -> Iterator[Any]:
    """Give a cursor that passes the guards, as the owner of the tables."""
    off, on = _around(connection)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in off:
            cursor.execute(statement)
        yield cursor
        for statement in on:
            cursor.execute(statement)


def alter(rows: QuerySet[Any], **columns: Any) -> None:
    """Change what the database keeps as it is, behind the product's back."""
    with unguarded():
        rows.update(**columns)


def _around(connection: Any) -> tuple[list[str], list[str]]:
    if connection.vendor == "postgresql":
        return ["SET LOCAL app.audit_purge = 'on'"], ["SET LOCAL app.audit_purge = 'off'"]
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
