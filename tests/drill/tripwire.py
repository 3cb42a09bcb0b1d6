"""`python -m tests.drill.tripwire PROGRAM ARGUMENTS`: the product, with wires across its way.

PROGRAM is gunicorn, celery or manage. A wire is a file in the folder DRILL_WIRES, named after what
it waits for and holding a boundary and a signal. The first process that comes to that boundary
takes the wire away, leaves its process id in the file's name, and sends itself the signal. The
product knows nothing of this: public functions are replaced before the program starts.
"""

import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

WIRES = Path(os.environ["DRILL_WIRES"])
SWEEPS = ("reconcile", "sync")
# What is looked at when the mirror is shown something, by what is being done.
BEFORE_OBSERVING = {"reading": "read-back", "sweeping": "all-read"}
AFTER_OBSERVING = {
    "looking": "looked",
    "sending": "mirror-written",
    "settling": "settling-read",
    "reading": "entity-written",
    "sweeping": "one-applied",
}


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


def moving(operation: Any, to: str, **_columns: Any) -> None:
    """Announce which commit comes next in the life of an operation."""
    if way.phase == "asking":
        return
    if to == "sending":
        trip("before-claim")
        way.phase, way.commits = "looking", "claim"
    elif operation.state == "sending":
        way.phase = "settling"
        way.commits = "outcome" if to in ("accepted", "succeeded") else ""
    else:
        way.commits = "end" if to == "succeeded" else ""


def leaving(*_arguments: Any, **_named: Any) -> None:
    """The last moment before the first byte leaves."""
    trip("attempt-committed")
    if way.phase == "looking":
        way.phase = "sending"


def answered(*_arguments: Any, **_named: Any) -> None:
    """The answer is here."""
    trip("provider-did-it")


def saved(attempt: Any, *_arguments: Any, **_named: Any) -> None:
    """An attempt was written: before it is sent, and with its result."""
    if attempt.finished_at:
        trip("result-recorded")


def showing(*_arguments: Any, **_named: Any) -> None:
    """The mirror is about to be shown something."""
    trip(BEFORE_OBSERVING.get(way.phase, ""))


def shown(*_arguments: Any, **_named: Any) -> None:
    """The mirror has made something of it."""
    trip(AFTER_OBSERVING.get(way.phase, ""))


def subject_of(number: int) -> str:
    """Return what a wire for this operation is named after: the form that asked for it."""
    from accounts_app.models import Operation  # noqa: PLC0415

    form = Operation.objects.values_list("form_number", flat=True).get(pk=number)
    return f"form-{form}"


def asking(asked: Any, **_named: Any) -> None:
    """Somebody asks; for kinds that one person suffices for, this is the approval."""
    begin(f"form-{asked.form_number}", "asking", "approval")


def approving(number: int, **_named: Any) -> None:
    """A second person agrees."""
    begin(subject_of(number), "asking", "approval")


def string_wires() -> None:
    """Replace the public functions that the boundaries lie between."""
    import django  # noqa: PLC0415 -- the whole product is loaded here and nowhere earlier

    django.setup()
    _load_the_rest()
    _wire_work()
    _wire_storing()
    _wire_calls()


def _load_the_rest() -> None:
    """Load what refers to the functions by name, so that it is found when they are replaced."""
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415

    from backoffice import urls  # noqa: F401, PLC0415

    for name, application in get_commands().items():
        if application == "accounts_app":
            load_command_class(application, name)


def _wire_work() -> None:
    """Whoever works on something notes what it is, and trips on its way."""
    from accounts_app import mirror, work  # noqa: PLC0415
    from accounts_app.services import events, operations, transitions  # noqa: PLC0415

    replace(work.advance, around(lambda number: begin(subject_of(number), "settling")))
    replace(operations.request, around(asking))
    replace(operations.approve, around(approving))
    replace(events.process, around(lambda _, id: begin(f"entity-{id}", "reading", "claim")))
    replace(
        events.receive,
        around(lambda _, envelope: begin(f"entity-{envelope.entity_id}", "storing", "event")),
    )
    replace(transitions.move, around(moving))
    replace(mirror.observe, around(showing, shown))


def _wire_storing() -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: PLC0415

    from accounts_app.models import Attempt  # noqa: PLC0415

    Attempt.save = around(lambda *_, **__: None, saved)(Attempt.save)
    BaseDatabaseWrapper.commit = commit(BaseDatabaseWrapper.commit)


def _wire_calls() -> None:
    from accounts_app.offblocks.client import Client  # noqa: PLC0415

    for name in ("send", "fetch_account_challenge"):
        setattr(Client, name, around(leaving, answered)(getattr(Client, name)))


def replace(original: Callable[..., Any], decorate: Callable[..., Any]) -> None:
    """Put a decorated function wherever the product refers to the original."""
    replacement = decorate(original)
    for module in [module for name, module in sys.modules.items() if _is_ours(name)]:
        for name, value in list(vars(module).items()):
            if value is original:
                setattr(module, name, replacement)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("accounts_app", "backoffice")


def hurry() -> None:
    """Shorten the waits that are constants of the product, so that a drill ends within the day."""
    from datetime import timedelta  # noqa: PLC0415

    from accounts_app import conf  # noqa: PLC0415
    from accounts_app.services import events  # noqa: PLC0415

    events.LEASE = timedelta(seconds=float(os.environ["SEND_LEASE"]))
    conf.PAUSES = (1, 1, 2, 3)


def load() -> None:
    """Load the product and string the wires."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    string_wires()
    hurry()


def become(program: str, *arguments: str) -> None:
    """Become the program."""
    if arguments[0] in SWEEPS:
        begin("sweep", "sweeping")
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    load()
    become(*sys.argv[1:])
