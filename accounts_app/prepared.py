"""Statements that come with every delivery: a connection plans each once, not every time.

To parse and plan them anew takes PostgreSQL longer than to carry them out.
"""

from typing import Any, Self

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Cursor(psycopg.Cursor[Any]):
    """Hands the values over beside the statement, which PostgreSQL keeps."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, **options | {"prepare": True})


def cursor() -> CursorWrapper:
    """Return a cursor like Django's own that keeps the plan of what it executes.

    The statement must be the same text each time, with a `%s` for each value, and such that one
    plan fits every value. SQLite keeps its plans by itself.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    # As Django does before each of its own.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(_Cursor(connection.connection))  # type: ignore[arg-type]  # it is what is wrapped
