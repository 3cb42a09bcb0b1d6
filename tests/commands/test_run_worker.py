"""The worker's process: it works until told to stop, and finishes the row in hand."""

import signal
import time

import pytest
from django.core.management import call_command

from accounts_app.models import AuditEntry, Pause, WebhookEvent
from accounts_app.services import pausing
from tests import processes
from tests.deliveries import receive

State = WebhookEvent.State
WORKER = ("manage.py", "run_worker")


def changed_account(sandbox, programme) -> None:
    """Leave one event waiting that says an account changed."""
    account = programme.account()
    sandbox.deliveries.take()
    sandbox.world.change("account", str(account.pk), "inactive")
    receive(*sandbox.deliveries.take())


def test_one_round_does_what_is_due_and_ends(sandbox, programme):
    changed_account(sandbox, programme)
    call_command("run_worker", "--once")
    assert WebhookEvent.objects.get().state == State.DONE


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_audit_chain_is_verified_when_it_starts(sandbox, operator):
    pausing.pause(Pause.Cause.HAND, "By hand", person=operator)
    with processes.running(*WORKER) as worker:
        worker.wait_for('"jobs": 1, "event": "work done"')
    assert AuditEntry.objects.filter(action="chain.verified").count() == 1


def test_one_round_without_work_ends_too(db):
    call_command("run_worker", "--once")
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_it_works_by_itself_and_says_so_once_a_round(sandbox, programme):
    changed_account(sandbox, programme)
    with processes.running(*WORKER) as worker:
        worker.wait_for('"operations": 0, "entities": 1, "jobs": 1, "event": "work done"')
    assert WebhookEvent.objects.get().state == State.DONE


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_in_peace(sandbox, number):
    with processes.running(*WORKER) as worker:
        worker.wait_for("worker started")
        worker.popen.send_signal(number)
        assert worker.end() == 0
    assert "worker stopped" in worker.said


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_told_to_stop_it_finishes_the_row_in_hand_and_leaves_the_rest(sandbox, programme):
    changed_account(sandbox, programme)
    changed_account(sandbox, programme)
    slow = sandbox.faults.add(action="delay", operation="getAccount", seconds=1, times=None)
    with processes.running(*WORKER) as worker:
        while not slow.met:
            assert worker.popen.poll() is None, worker.said
            time.sleep(0.01)
        worker.popen.send_signal(signal.SIGTERM)
        assert worker.end() == 0
    states = WebhookEvent.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == [State.DONE, State.PENDING]


def test_a_database_that_is_away_is_waited_for(sandbox, db):
    away = {"DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none"}
    with processes.running(*WORKER, WORK_POLL_INTERVAL="0.1", **away) as worker:
        worker.wait_for("(?s)(the database does not answer.*){2}")
        assert worker.popen.poll() is None, "it gave up"
