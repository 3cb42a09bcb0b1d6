"""Statements that come with every delivery: a connection plans each once, not every time.

To parse and plan them anew takes PostgreSQL longer than to carry them out. A plan made while the
table was nearly empty may read all of it; it ends with its connection, a minute later
(CONN_MAX_AGE), or when the table is analysed.
"""

import time
from typing import Any, Self
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

# Seconds. Whether a connection lives is asked by a statement of its own, a third of what a delivery
# costs; one that answered so lately is believed to. Where that is wrong the statement fails.
BELIEVED = 1.0
_answered: WeakKeyDictionary[psycopg.Connection[Any], float] = WeakKeyDictionary()


class _Cursor(psycopg.Cursor[Any]):
    """Hands the values over beside the statement, which PostgreSQL keeps."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        done = super().execute(query, params, **options | {"prepare": True})
        _answered[self.connection] = time.monotonic()
        return done


def cursor() -> CursorWrapper:
    """Return a cursor like Django's own that keeps the plan of what it executes.

    The statement must be the same text each time, with a `%s` for each value, and such that one
    plan fits every value. SQLite keeps its plans by itself.
    """
    # Not Django's `connection`, which looks for itself at every word.
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    if time.monotonic() - _answered.get(connection.connection, -BELIEVED) >= BELIEVED:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(_Cursor(connection.connection))  # type: ignore[arg-type]  # it is what is wrapped
