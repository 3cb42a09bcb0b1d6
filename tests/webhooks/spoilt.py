"""The back-office spoilt from outside: killed at one moment of its work, or short of patience.

`DIES_AT` names the moment and `DIED` a file that keeps it from dying twice, `PATIENCE` the seconds
a body may take. Served by gunicorn it is the web process; run as a program it is a worker that
does one round.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backoffice.wsgi import application  # noqa: F401 -- gunicorn asks for it

from accounts_app import mirror  # isort: skip -- models need a loaded application
from accounts_app.services import counting, contradictions  # isort: skip
from accounts_app.webhooks import deadline  # isort: skip

Function = Callable[..., Any]


def die() -> None:
    """Die without a word, as a machine does whose plug is pulled; but only once."""
    died = Path(os.environ["DIED"])
    if not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def before(function: Function) -> Function:
    """Die, then do it."""

    def dying(*arguments: Any, **named: Any) -> Any:
        die()
        return function(*arguments, **named)

    return dying


def after(function: Function) -> Function:
    """Do it, then die."""

    def dying(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        die()
        return result

    return dying


# moment -> the function that marks it, and how to die there
MOMENTS = {
    # The statement commits itself.
    "before the commit": (counting, "add", before),
    "after the commit": (counting, "add", after),
    "after the read": (mirror, "observe", before),
    "after the mirror": (mirror, "observe", after),
    "before the settlement": (contradictions, "tell", before),
}

if "DIES_AT" in os.environ:
    module, name, how = MOMENTS[os.environ["DIES_AT"]]
    setattr(module, name, how(getattr(module, name)))
deadline.SECONDS = float(os.environ.get("PATIENCE", deadline.SECONDS))

if __name__ == "__main__":
    from django.core.management import call_command

    call_command("run_worker", "--once")
