"""Moving an operation: only who holds what is in hand now, and all of it or nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts_app import audit
from accounts_app.errors import AlreadyMoved
from accounts_app.models import AuditEntry, Operation
from accounts_app.services import operations, sending, settling
from accounts_app.services.transitions import move
from tests.factories import ask

State = Operation.State


def again(operation: Operation) -> Operation:
    """Return the row as it is now, as another worker would read it."""
    return Operation.objects.get(pk=operation.pk)


@pytest.fixture
def approved(programme, operator) -> Operation:
    """A deactivation that waits to be sent."""
    return ask("deactivate", programme.account(), operator)


@pytest.fixture
def sleeper(approved):
    """The operation as a worker holds it who slept; another has taken over and claimed it anew."""
    sleeping = again(approved)
    sending._claim(sleeping)
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=True):
        settling.recover(again(approved))
        sending._claim(again(approved))
        yield sleeping


def test_o22_a_worker_that_slept_begins_no_attempt_beside_the_new_one(sleeper):
    with pytest.raises(AlreadyMoved):
        sending._begin(sleeper)
    assert sleeper.attempts.count() == 0


def test_o22_a_worker_that_slept_writes_no_result(sleeper):
    with pytest.raises(AlreadyMoved):
        move(sleeper, State.FAILED, actor=audit.system_user())
    assert again(sleeper).state == State.SENDING


def test_o22_taking_over_makes_the_number_of_who_slept_worthless(approved):
    sending._claim(approved)
    settling.recover(again(approved))
    assert again(approved).lease_number == approved.lease_number + 1


def test_a_state_that_has_moved_on_is_not_left_again(programme, operator):
    request = ask("close", programme.account(), operator)
    slow = again(request)
    operations.cancel(request.pk, maker=operator)
    with pytest.raises(AlreadyMoved):
        move(slow, State.EXPIRED, actor=audit.system_user())
    assert again(request).state == State.CANCELLED


def test_what_has_ended_is_nobodys_and_never_due(approved):
    sending._claim(approved)
    move(approved, State.STALE, actor=audit.system_user())
    ended = again(approved)
    assert (ended.lease_until, ended.next_at) == (None, None)
    assert ended.ended_at is not None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_state_and_its_audit_entry_are_written_together(approved):
    def dies(execute, sql, *rest):
        if AuditEntry._meta.db_table in sql and sql.startswith("INSERT"):
            raise RuntimeError("The process dies here.")
        return execute(sql, *rest)

    with connection.execute_wrapper(dies), pytest.raises(RuntimeError):
        move(approved, State.STALE, actor=audit.system_user())
    assert again(approved).state == State.APPROVED
