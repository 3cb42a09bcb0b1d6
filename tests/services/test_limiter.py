"""The budget of reads: one for all threads and processes, and pushed on for everybody by a 429."""

import subprocess
import sys
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Contact, WebhookEvent
from accounts_app.offblocks.errors import Unavailable
from accounts_app.services import contact, limiter
from tests.deliveries import event, receive
from tests.faults.together import at_once
from tests.processes import ROOT, environment

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NOW = timezone.now().replace(microsecond=0)
RESERVE = """
import django
django.setup()
from accounts_app.services import limiter
for _ in range(5):
    limiter.reserve()
"""


def next_free():
    """Return when the next read may be made."""
    return Contact.objects.get(pk=1).next_read_at


@pytest.fixture(autouse=True)
def _a_hundred_reads_a_second(settings) -> None:
    settings.OFFBLOCKS_READS_PER_SECOND = 100


@pytest.fixture
def _still():
    """Let time stand still, so that reservations can be counted."""
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_first_read_need_not_wait():
    assert limiter.reserve() == timedelta()


def test_a_place_is_looked_at_once_and_taken(django_assert_num_queries):
    with django_assert_num_queries(2):
        limiter.wait_for_place()


@pytest.mark.usefixtures("_still")
def test_each_read_has_the_place_after_the_one_before():
    waits = [limiter.reserve() for _ in range(4)]
    assert waits == [timedelta(milliseconds=10 * number) for number in range(4)]


def test_places_nobody_took_are_not_saved_up():
    with time_machine.travel(NOW, tick=False):
        limiter.reserve()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert [limiter.reserve() for _ in range(2)] == [timedelta(), timedelta(milliseconds=10)]


@committing
@pytest.mark.usefixtures("_still")
def test_o12_threads_share_one_budget():
    waits = at_once(*[limiter.reserve] * 8)
    assert sorted(waits) == [timedelta(milliseconds=10 * number) for number in range(8)]


@committing
def test_o12_processes_share_one_budget(sandbox):
    first = timezone.now() + timedelta(hours=1)
    Contact.objects.update(next_read_at=first)
    command = [sys.executable, "-c", RESERVE]
    shared = environment(
        DJANGO_SETTINGS_MODULE="backoffice.settings", OFFBLOCKS_READS_PER_SECOND="100"
    )
    both = [subprocess.Popen(command, cwd=ROOT, env=shared) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert next_free() - first == timedelta(milliseconds=100)


@pytest.mark.usefixtures("_still")
def test_o12_being_told_to_wait_pushes_the_reads_of_everybody(programme, sandbox):
    sandbox.faults.add(operation="getAccount", action="status", code=429, retry_after=60)
    with pytest.raises(Unavailable):
        programme.account()
    assert limiter.delay() == timedelta(seconds=60)


@pytest.mark.usefixtures("_still")
def test_o12_reads_are_pushed_no_further_than_the_resend_window(settings):
    limiter.push(timedelta(hours=20))
    assert limiter.delay() == settings.RESEND_WINDOW


@pytest.mark.usefixtures("_still")
def test_pushing_never_brings_reads_forward():
    limiter.push(timedelta(seconds=60))
    limiter.push(timedelta(seconds=5))
    assert limiter.delay() == timedelta(seconds=60)


@committing
@pytest.mark.usefixtures("_still")
def test_pushing_at_once_keeps_the_longest_wait():
    at_once(*[partial(limiter.push, timedelta(seconds=10 * number)) for number in range(1, 7)])
    assert limiter.delay() == timedelta(seconds=60)


def test_nobody_sleeps_for_a_place_that_is_far_off():
    limiter.push(timedelta(seconds=60))
    with pytest.raises(Unavailable) as told:
        limiter.wait_for_place()
    assert told.value.retry_after > timedelta(seconds=55)


@pytest.mark.usefixtures("_still")
def test_a_far_place_is_not_taken():
    limiter.push(timedelta(seconds=60))
    with pytest.raises(Unavailable):
        limiter.wait_for_place()
    assert limiter.delay() == timedelta(seconds=60)


def test_reads_that_can_wait_are_told_for_how_long():
    limiter.push(timedelta(seconds=60))
    assert contact.may_read() > timedelta(seconds=55)


def test_w28_a_round_reads_within_the_budget(programme, settings):
    settings.OFFBLOCKS_READS_PER_SECOND = 100
    receive(event(id=str(programme.account().pk)))
    before = timezone.now()
    work.run_due()
    assert next_free() >= before + timedelta(milliseconds=10)


def test_o12_events_wait_while_the_provider_wants_no_reads(programme):
    receive(event(id=str(programme.account().pk)))
    limiter.push(timedelta(seconds=60))
    assert not work.run_due()
    assert WebhookEvent.objects.get().state == WebhookEvent.State.PENDING


def test_o12_they_are_looked_into_afterwards(programme):
    receive(event(id=str(programme.account().pk)))
    limiter.push(timedelta(seconds=60))
    work.run_due()
    with time_machine.travel(timezone.now() + timedelta(seconds=90), tick=True):
        work.run_due()
    assert WebhookEvent.objects.get().state == WebhookEvent.State.DONE
