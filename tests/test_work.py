"""The work engine: what is due is done, whoever wakes it and however often."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Attempt, Operation
from accounts_app.services import sending
from tests.factories import ask
from tests.guarded import alter

State = Operation.State


def test_a_round_does_what_is_due(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    assert work.run_due().operations == 1
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED


@pytest.mark.parametrize("state", ["approved", "sending", "accepted", "uncertain"])
def test_a_round_finds_what_is_in_hand_in_any_state(programme, operator, state):
    operation = ask("deactivate", programme.account(), operator)
    Operation.objects.filter(pk=operation.pk).update(state=state)
    assert work.run_due().operations == 1


def test_a_second_round_finds_nothing(programme, operator):
    ask("deactivate", programme.account(), operator)
    work.run_due()
    assert not work.run_due()


def test_waking_twice_changes_nothing(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    work.wake(operation.pk)
    work.wake(operation.pk)
    assert Attempt.objects.count() == 1


def test_a_round_days_late_sends_nothing_stale(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        work.run_due()
    operation.refresh_from_db()
    assert operation.state == State.STALE


def test_one_broken_row_does_not_stop_the_round(programme, operator):
    broken = ask("deactivate", programme.account(), operator)
    alter(Operation.objects.filter(pk=broken.pk), kind="no such kind")
    sound = ask("deactivate", programme.account(), operator)
    work.run_due()
    sound.refresh_from_db()
    assert sound.state == State.SUCCEEDED


def test_a_row_that_somebody_else_has_by_now_keeps_its_lease(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    sending._claim(operation)
    work._postpone(operation.pk)
    assert Operation.objects.get(pk=operation.pk).next_at == operation.lease_until


def test_o24_an_unreachable_broker_changes_nothing_but_the_time(programme, operator, settings):
    settings.WORK_ENGINE = "celery"
    celery = pytest.importorskip("backoffice.celery").app
    operation = ask("deactivate", programme.account(), operator)
    before, celery.conf.broker_url = celery.conf.broker_url, "redis://127.0.0.1:9/0"
    try:
        work.wake(operation.pk)
    finally:
        celery.conf.broker_url = before
    assert work.run_due().operations == 1
