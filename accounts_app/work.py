"""What is due, done: it knows nothing of who woke it, and being woken twice changes nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TypeVar

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

from accounts_app import clock, conf, schedule
from accounts_app.models import Operation
from accounts_app.offblocks.errors import Unavailable
from accounts_app.services import (
    batch_reads,
    card_alarm,
    contact,
    deadlines,
    events,
    limiter,
    pausing,
    sending,
    settling,
)

log = structlog.get_logger()
State = Operation.State
Row = TypeVar("Row")
BATCH = 50
# Named, not imported: the project stands above the application.
TASK = "backoffice.celery.run_due"


@dataclass(frozen=True)
class Done:
    """How much one round of work did."""

    operations: int
    entities: int
    jobs: int

    def __bool__(self) -> bool:
        return bool(self.operations or self.entities or self.jobs)


def run_due(is_stopping: Callable[[], bool] = lambda: False) -> Done:
    """Advance every due operation, look into every entity that due events name, do due jobs.

    Before each row it asks whether to stop; what is left stays due.
    """
    try:
        return _run_due(is_stopping)
    finally:
        card_alarm.tell_logged()


def _run_due(is_stopping: Callable[[], bool]) -> Done:
    for number in deadlines.late():
        _guarded(deadlines.expire, number)
    _guarded(contact.probe)
    due = Operation.objects.filter(state__in=Operation.IN_HAND, next_at__lte=clock.now())
    numbers = list(due.order_by("next_at").values_list("pk", flat=True)[:BATCH])
    for number in _until(is_stopping, numbers):
        if not _guarded(advance, number):
            _postpone(number)
    return Done(len(numbers), _look_into_entities(is_stopping), _do_jobs(is_stopping))


def _look_into_entities(is_stopping: Callable[[], bool]) -> int:
    """Read what due events name and what staff asked for many at once; return how much.

    It goes as far as the budget of reads.
    """
    looks: list[tuple[Callable[..., object], tuple[object, ...]]] = [
        *((events.process, entity) for entity in events.due_entities(BATCH)),
        *((batch_reads.read, (item,)) for item in batch_reads.due(BATCH)),
    ]
    number = 0
    for look, arguments in _until(is_stopping, looks):
        if contact.may_read():
            break
        try:
            limiter.wait_for_place()
        except Unavailable:
            break
        _guarded(look, *arguments)
        number += 1
    return number


def _do_jobs(is_stopping: Callable[[], bool]) -> int:
    """Do what the schedule has due; last, because a comparison may take minutes."""
    names = schedule.due()
    for name in _until(is_stopping, names):
        _guarded(schedule.do, name)
    return len(names)


def _until(is_stopping: Callable[[], bool], rows: Iterable[Row]) -> Iterator[Row]:
    return takewhile(lambda _: not is_stopping(), rows)


def advance(number: int) -> None:
    """Take one operation as far as it goes now; nothing happens to one that is not due."""
    operation = Operation.objects.get(pk=number)
    if _is_due(operation):
        _step(operation)
    if operation.state == State.ACCEPTED and _is_due(operation):
        # What was accepted a moment ago is often done already.
        settling.settle(operation)


def _is_due(operation: Operation) -> bool:
    is_time = bool(operation.next_at and operation.next_at <= clock.now())
    return is_time and operation.state in Operation.IN_HAND


def _step(operation: Operation) -> None:
    if operation.state == State.SENDING:
        settling.recover(operation)
    elif wait := limiter.delay_for_all():
        _postpone(operation.pk, wait)
    elif pausing.current():
        _step_while_paused(operation)
    elif operation.state == State.APPROVED or (
        operation.state == State.UNCERTAIN and sending.may_resend(operation)
    ):
        sending.send(operation)
    elif operation.state == State.UNCERTAIN:
        settling.settle(operation)


def _step_while_paused(operation: Operation) -> None:
    """Send nothing; what may have arrived is still looked for."""
    if operation.state == State.UNCERTAIN:
        settling.settle(operation)
    elif operation.state == State.APPROVED:
        _postpone(operation.pk)


def _guarded(job: Callable[..., object], *arguments: object) -> bool:
    """Do one row's work; a failure is logged with the row's id and the next row goes on."""
    try:
        job(*arguments)
    except Exception:
        log.exception("work failed", job=job.__name__, row=[str(value) for value in arguments])
        return False
    return True


def _postpone(number: int, wait: timedelta | None = None) -> None:
    """Keep a row that cannot be worked on from being due again at once.

    One that is not due is somebody else's by now: its lease is left as it is.
    """
    now = clock.now()
    due = Operation.objects.filter(pk=number, state__in=Operation.IN_HAND, next_at__lte=now)
    due.update(next_at=now + (wait or conf.backoff(2)))


def wake(number: int) -> None:
    """Have an operation advanced now that it is committed; the worker would find it anyway."""
    if settings.WORK_ENGINE == "celery":
        _wake_celery()
    else:
        _guarded(advance, number)


def _wake_celery() -> None:
    """Ask Celery for a round of work; without its broker the next beat does it, a little later."""
    try:
        current_app.send_task(TASK, retry=False)
    except OperationalError as error:
        log.warning("broker unreachable", error=str(error))
