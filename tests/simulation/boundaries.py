"""Where a process may die or freeze: found from outside, at its statements, commits and requests.

They are the same on every database: reads are passed over, so a seed meets the same ones.
"""

import sys
from collections.abc import Callable
from enum import Enum
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

CHANGING = ("INSERT", "UPDATE", "DELETE")
PLACES = ("accounts_app.services", "accounts_app.reconciliation", "accounts_app.work")


PASSED_OVER = {"transitions.move", "answers.stop", "answers.wait", "counting.add"}


class Boundary(Enum):
    """A point between two phases."""

    BEGIN = "before a transaction"
    INSIDE = "inside a transaction"
    COMMIT = "before the commit"
    COMMITTED = "after the commit"
    WRITE = "before a write"
    WRITTEN = "after a write"
    SEND = "before the request leaves"
    ANSWERED = "after the provider's effect"

    @property
    def is_open(self) -> bool:
        """Whether no transaction is open there, so that others can work meanwhile."""
        return self not in {Boundary.INSIDE, Boundary.COMMIT}

    @property
    def is_database(self) -> bool:
        """Whether the database is being talked to."""
        return self not in {Boundary.SEND, Boundary.ANSWERED}


Listener = Callable[[Boundary], None]


class Watch:
    """Stands around one connection and tells the listener of each boundary."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection: Any = connection
        self._was_committed = False
        self._real = (connection.commit, connection.set_autocommit)
        self.listener: Listener = lambda _: None
        self.writes = 0
        connection.execute_wrappers.append(self._statement)
        self._connection.commit = self._commit
        self._connection.set_autocommit = self._set_autocommit

    def _statement(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(CHANGING):
            return execute(sql, parameters, many, context)
        self.writes += 1
        if self._connection.in_atomic_block:
            self.listener(Boundary.INSIDE)
            return execute(sql, parameters, many, context)
        self.listener(Boundary.WRITE)
        result = execute(sql, parameters, many, context)
        self.listener(Boundary.WRITTEN)
        return result

    def _commit(self) -> None:
        try:
            self.listener(Boundary.COMMIT)
        except BaseException:
            # Otherwise turning autocommit on again would commit after all.
            self._connection.rollback()
            raise
        self._real[0]()
        self._was_committed = True

    def _set_autocommit(self, autocommit: bool, **options: Any) -> None:
        if not autocommit:
            self._was_committed = False
            self.listener(Boundary.BEGIN)
        self._real[1](autocommit, **options)
        if autocommit and self._was_committed:
            self._was_committed = False
            self.listener(Boundary.COMMITTED)


def place() -> str:
    """Name the product's function at work: the innermost use-case or engine on the stack.

    What only carries out a decision is passed over for the function that took it.
    """
    frame: Any = sys._getframe(1)
    found = "elsewhere"
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith(PLACES):
            found = f"{name.rpartition('.')[2]}.{frame.f_code.co_name}"
            if found not in PASSED_OVER:
                break
        frame = frame.f_back
    return found
