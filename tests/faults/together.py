"""Several people at the same instant: each in a thread and a database connection of their own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts_app.errors import Refusal


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts together; return what each returned, or the refusal it met."""
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        start.wait(20)
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


@contextmanager
def lingering_after(words: str, read: threading.Event, go_on: threading.Event) -> Iterator[None]:
    """Let this thread, once, wait for the others after the first SELECT with these words in it.

    `read` says that it has read; it goes on when told, or after a second: others may have to wait.
    """

    def linger(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if sql.startswith("SELECT") and words in sql and not read.is_set():
            read.set()
            go_on.wait(1)
        return result

    with connection.execute_wrapper(linger):
        yield


def refused(answers: list[Any]) -> list[str]:
    """Return the names of the refusals among what came of acts."""
    return sorted(type(answer).__name__ for answer in answers if isinstance(answer, Refusal))
