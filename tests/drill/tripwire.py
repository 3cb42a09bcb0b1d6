"""`python -m tests.drill.tripwire PROGRAM ARGUMENTS`: the product, with wires across its way.

PROGRAM is gunicorn, celery or manage. The product knows nothing of this: before the program starts,
public functions are replaced by ones that touch the wires in the folder DRILL_WIRES on their way.
"""

import os
import runpy
import sys
from typing import Any

from tests.drill.wire import around, begin, commit, replace, trip, way

SWEEP = "reconcile"
# What is looked at when the mirror is shown something, by what is being done.
BEFORE_OBSERVING = {"reading": "read-back", "sweeping": "all-read"}
AFTER_OBSERVING = {
    "looking": "looked",
    "sending": "mirror-written",
    "settling": "settling-read",
    "reading": "entity-written",
    "sweeping": "one-applied",
}


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


def storing(*_arguments: Any, **_named: Any) -> None:
    """A delivery is about to be stored, by one statement that commits itself."""
    trip("event-uncommitted" if way.phase == "storing" else "")


def stored(*_arguments: Any, **_named: Any) -> None:
    """The delivery is stored."""
    trip("event-committed" if way.phase == "storing" else "")
    way.phase = ""


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
    from accounts_app.services import counting, events, operations, transitions  # noqa: PLC0415

    replace(work.advance, around(lambda number: begin(subject_of(number), "settling")))
    replace(operations.request, around(asking))
    replace(operations.approve, around(approving))
    replace(events.process, around(lambda _, id: begin(f"entity-{id}", "reading", "claim")))
    replace(
        events.receive,
        around(lambda _, envelope, **__: begin(f"entity-{envelope.entity_id}", "storing")),
    )
    replace(counting.add, around(storing, stored))
    replace(transitions.move, around(moving))
    replace(mirror.observe, around(showing, shown))


def _wire_storing() -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: PLC0415

    from accounts_app.models import Attempt  # noqa: PLC0415

    Attempt.save = around(lambda *_, **__: None, saved)(Attempt.save)
    BaseDatabaseWrapper.commit = commit(BaseDatabaseWrapper.commit)


def _wire_calls() -> None:
    from accounts_app.offblocks.client import Client  # noqa: PLC0415

    for name in ("send", "fetch_account_challenge", "fetch_customer_challenge"):
        setattr(Client, name, around(leaving, answered)(getattr(Client, name)))


def hurry() -> None:
    """Shorten the waits that are constants of the product, so that a drill ends within the day."""
    from datetime import timedelta  # noqa: PLC0415

    from accounts_app import conf  # noqa: PLC0415
    from accounts_app.reconciliation import record  # noqa: PLC0415
    from accounts_app.services import events  # noqa: PLC0415

    events.LEASE = record.LEASE = timedelta(seconds=float(os.environ["SEND_LEASE"]))
    conf.PAUSES = (1, 1, 2, 3)


def load() -> None:
    """Load the product and string the wires."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    string_wires()
    hurry()


def become(program: str, *arguments: str) -> None:
    """Become the program."""
    if arguments[0] == SWEEP:
        begin("sweep", "sweeping")
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    load()
    become(*sys.argv[1:])
