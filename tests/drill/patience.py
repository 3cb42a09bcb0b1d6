"""Asking a database that may just be restarting."""

import time
from collections.abc import Callable
from typing import TypeVar

import django.db

Answer = TypeVar("Answer")
TRIES = 40


def again(ask: Callable[[], Answer]) -> Answer:
    """Ask; when the database does not answer, connect anew and ask again, for twenty seconds."""
    for _ in range(TRIES):
        try:
            return ask()
        except (django.db.OperationalError, django.db.InterfaceError):
            django.db.connection.close()
            time.sleep(0.5)
    return ask()
