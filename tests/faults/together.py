"""Several people at the same instant: each in a thread and a database connection of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


def refused(answers: list[Any]) -> list[str]:
    """Return the names of the refusals among what came of acts."""
    return sorted(type(answer).__name__ for answer in answers if isinstance(answer, Refusal))
