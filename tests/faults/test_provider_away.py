"""The provider away: reads wait for one that tries the way, and a sweep follows. W27 and W29."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Job, Operation, WebhookEvent
from accounts_app.services import contact, jobs, settling
from tests.deliveries import event, receive
from tests.factories import ask
from tests.faults.together import at_once
from tests.services.test_contact import NOW, at, goes_down, reply
from tests.services.test_send import advanced, when_due

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_w27_reads_wait_while_the_provider_is_down():
    with at():
        goes_down()
        assert contact.may_read() == timedelta(seconds=2)


def test_w27_the_waits_are_2_10_60_and_300_seconds():
    waits, moment = [], NOW
    for _ in range(6):
        with time_machine.travel(moment, tick=False):
            goes_down()
            waits.append(contact.may_read())
        moment += waits[-1]
    assert [wait.total_seconds() for wait in waits] == [2, 10, 60, 300, 300, 300]


def test_w27_one_read_tries_and_the_others_wait():
    with at():
        goes_down()
    with at(seconds=3):
        first, second = contact.may_read(), contact.may_read()
    assert (first, second) == (timedelta(), contact.PROBE_LEASE)


@committing
def test_w27_of_many_at_once_one_read_tries():
    with at():
        goes_down()
    with at(seconds=3):
        waits = at_once(*[contact.may_read] * 6)
    assert waits.count(timedelta()) == 1


def test_w27_a_try_that_never_ended_is_made_again():
    with at():
        goes_down()
    with at(seconds=3):
        contact.may_read()
    with at(minutes=2):
        assert contact.may_read() == timedelta()


def test_w27_the_first_answer_lets_everybody_read():
    goes_down()
    contact.note(reply())
    assert [contact.may_read() for _ in range(3)] == [timedelta()] * 3


def test_w27_the_provider_may_ask_for_a_longer_wait():
    with at():
        goes_down()
        contact.note(reply(503, **{"Retry-After": "120"}))
        assert contact.may_read() == timedelta(seconds=120)


def sweep_is_due() -> bool:
    """Whether the schedule is to compare everything now."""
    return Job.objects.filter(name=jobs.SWEEP, next_at__lte=NOW + timedelta(hours=1)).exists()


@pytest.fixture
def _sweep_in_six_hours():
    Job.objects.update_or_create(name=jobs.SWEEP, defaults={"next_at": NOW + timedelta(hours=6)})


@pytest.mark.usefixtures("_sweep_in_six_hours")
def test_w29_after_a_long_outage_a_comparison_is_due_at_once():
    with at():
        goes_down()
    with at(minutes=11):
        contact.note(reply())
    assert sweep_is_due()


@pytest.mark.usefixtures("_sweep_in_six_hours")
def test_w29_a_short_outage_asks_for_none():
    with at():
        goes_down()
    with at(minutes=9):
        contact.note(reply())
    assert not sweep_is_due()


@pytest.mark.usefixtures("_sweep_in_six_hours")
def test_w29_two_failures_far_apart_are_no_outage():
    for minutes in (0, 30):
        with at(minutes=minutes):
            contact.note(None)
    with at(minutes=31):
        contact.note(reply())
    assert not sweep_is_due()


def test_w27_no_entity_is_read_while_the_provider_is_down(programme, settings):
    account = programme.account()
    receive(event(id=str(account.pk)))
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"  # nobody listens there
    goes_down()
    assert not work.run_due()
    assert WebhookEvent.objects.get().attempts == 0


def test_w27_the_first_success_has_them_all_read(programme):
    for account in (programme.account(), programme.account()):
        receive(event(id=str(account.pk), eventId=str(account.pk)))
    goes_down()
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        assert work.run_due().entities == 2
    assert not WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING).exists()


def test_w27_outcomes_are_not_looked_for_while_the_provider_is_down(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="drop_reply")
    operation = advanced(ask("deactivate", programme.account(), operator))
    goes_down()
    settling.settle(operation)
    operation.refresh_from_db()
    assert operation.state == Operation.State.UNCERTAIN
    assert operation.outcome == "Outcome unknown, checking automatically. Do not repeat it."
    assert operation.next_at - timezone.now() < timedelta(seconds=15)


def test_w27_they_are_looked_for_as_soon_as_it_answers(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="drop_reply")
    operation = advanced(ask("deactivate", programme.account(), operator))
    goes_down()
    settling.settle(operation)
    operation.refresh_from_db()
    assert when_due(operation).state == Operation.State.SUCCEEDED
