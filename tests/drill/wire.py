"""How a wire works: a file named after what it waits for, holding a boundary and a signal.

The first process that comes to that boundary with that subject in hand takes the wire away, leaves
its process id in the file's name, and sends itself the signal.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

WIRES = Path(os.environ["DRILL_WIRES"])


class Way(threading.local):
    """Where this thread is: whose wire counts, what is being done, what the next commit commits."""

    subject = ""
    phase = ""
    commits = ""


way = Way()


def trip(point: str) -> None:
    """Touch the subject's wire if it lies across this boundary."""
    if not way.subject:
        return
    wire = WIRES / way.subject
    try:
        boundary, number = wire.read_text().split()
        if boundary != point:
            return
        wire.rename(wire.with_name(f"{wire.name}.{os.getpid()}"))
    except FileNotFoundError:
        return  # there is none, or another process was faster
    os.kill(os.getpid(), int(number))
    if int(number) == signal.SIGSTOP:
        # A stop reaches all threads, but not in the same instant.
        time.sleep(0.2)


def around(before: Callable[..., None], after: Callable[..., None] = lambda *_, **__: None) -> Any:
    """Make a decorator that calls one function before, and the other after, with the arguments."""

    def decorate(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            before(*arguments, **named)
            result = original(*arguments, **named)
            after(*arguments, **named)
            return result

        return wrapped

    return decorate


def begin(subject: str, phase: str, commits: str = "") -> None:
    """Note what this thread does from now on."""
    way.subject, way.phase, way.commits = subject, phase, commits


def commit(original: Callable[[Any], None]) -> Callable[[Any], None]:
    """Trip before and after the commit that was announced; savepoints are none."""

    @wraps(original)
    def wrapped(connection: Any) -> None:
        commits, way.commits = way.commits, ""
        if commits:
            trip(f"{commits}-uncommitted")
        original(connection)
        if commits:
            trip(f"{commits}-committed")

    return wrapped


def replace(original: Callable[..., Any], decorate: Callable[..., Any]) -> None:
    """Put a decorated function wherever the product refers to the original."""
    replacement = decorate(original)
    for module in [module for name, module in sys.modules.items() if _is_ours(name)]:
        for name, value in list(vars(module).items()):
            if value is original:
                setattr(module, name, replacement)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("accounts_app", "backoffice")
