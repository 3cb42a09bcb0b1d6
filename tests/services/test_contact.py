"""Contact with the provider: what every process may know of it, written seldom, never in vain."""

import logging
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app import conf, work
from accounts_app.models import Contact, Pause, Reconciliation
from accounts_app.offblocks.errors import NotAuthorised, Unavailable
from accounts_app.offblocks.wire import Reply
from accounts_app.services import contact, pausing
from tests import provider_clock
from tests.faults.together import at_once

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NOW = timezone.now().replace(microsecond=0)


def reply(status: int = 200, **headers: str) -> Reply:
    """A reply as it just came over the wire."""
    now = timezone.now()
    return Reply(status, headers, b"", now, now)


def at(**after: float) -> time_machine.travel:
    """Be there so long after the beginning, while time stands still."""
    return time_machine.travel(NOW + timedelta(**after), tick=False)


def goes_down() -> None:
    """Let the provider be silent often enough."""
    for _ in range(contact.DOWN_AFTER):
        contact.note(None)


def writes(captured: CaptureQueriesContext) -> int:
    """Count the statements that changed the row."""
    return sum(query["sql"].startswith("UPDATE") for query in captured.captured_queries)


def test_an_answer_is_noted():
    with at():
        contact.note(reply())
    assert contact.state().last_answer_at == NOW


def test_answers_are_written_at_most_every_few_seconds():
    with CaptureQueriesContext(connection) as captured:
        for seconds in range(10):
            with at(seconds=seconds):
                contact.note(reply())
    assert writes(captured) == 2


def test_every_call_of_the_client_is_noted(programme):
    before = timezone.now()
    programme.customer()
    assert contact.state().last_answer_at >= before - contact.BETWEEN_NOTES


@pytest.mark.parametrize("silence", [None, reply(500), reply(503)])
def test_silence_and_server_errors_are_failures(silence):
    with at():
        contact.note(silence)
    row = contact.state()
    assert (row.failing_since, row.failures) == (NOW, 1)


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 403, 404, 409, 422, 429])
def test_any_other_answer_is_one(status):
    contact.note(reply(status))
    assert contact.state().failing_since is None


def test_a_call_that_fails_is_noted(sandbox, settings):
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"  # nobody listens there
    with pytest.raises(Unavailable):
        conf.client().list_subscriptions()
    assert contact.is_down(contact.state())


def test_one_failure_is_no_outage():
    contact.note(None)
    assert not contact.is_down(contact.state())
    assert contact.may_read() == timedelta()


def test_the_first_failure_says_since_when():
    for minutes in range(5):
        with at(minutes=minutes):
            contact.note(None)
    row = contact.state()
    assert (row.failing_since, row.failures) == (NOW, 5)


def test_an_answer_ends_the_failing():
    goes_down()
    contact.note(reply())
    row = contact.state()
    assert (row.failing_since, row.failures, row.next_try_at) == (None, 0, None)


@committing
def test_failures_at_once_are_all_counted():
    at_once(*[partial(contact.note, None)] * 8)
    assert contact.state().failures == 8


def test_the_clocks_are_compared(programme, monkeypatch):
    provider_clock.ahead(monkeypatch, seconds=20)
    programme.customer()
    row = contact.state()
    assert timedelta(seconds=18) < row.clock_offset < timedelta(seconds=22)
    assert timezone.now() - row.measured_at < timedelta(seconds=5)


@pytest.mark.parametrize("seconds", [25, -25])
def test_o23_a_clock_inside_the_tolerance_stops_nothing(programme, monkeypatch, seconds):
    provider_clock.ahead(monkeypatch, seconds=seconds)
    programme.account()
    assert pausing.current() is None


@pytest.mark.parametrize("seconds", [35, -35])
def test_o23_a_clock_outside_the_tolerance_stops_all_sending(programme, monkeypatch, seconds):
    provider_clock.ahead(monkeypatch, seconds=seconds)
    programme.account()
    paused = pausing.current()
    assert paused.cause == Pause.Cause.CLOCK
    assert "The provider's clock is " in paused.reason


def test_o23_one_measurement_alone_stops_nothing(programme, sandbox, monkeypatch):
    programme.customer()
    with monkeypatch.context() as once:
        provider_clock.ahead(once, seconds=60)
        conf.client().list_subscriptions()
    conf.client().list_subscriptions()
    assert pausing.current() is None


@pytest.mark.sandbox(signature_age_seconds=60)
def test_o23_a_wrong_clock_is_named_before_the_refused_signatures(programme, sandbox, monkeypatch):
    programme.customer()
    provider_clock.ahead(monkeypatch, seconds=60)
    for _ in range(2):
        sandbox.faults.add(operation="listWebhooks", action="status", code=401, times=1)
    with pytest.raises(NotAuthorised):
        conf.client().list_subscriptions()
    assert pausing.current().cause == Pause.Cause.CLOCK


def test_trouble_with_noting_is_logged_and_goes_no_further(caplog):
    Contact.objects.update(id=2)
    with caplog.at_level(logging.ERROR):
        contact.note(reply())
    assert "was not noted" in caplog.text


def test_a_quiet_programme_notices_that_the_provider_is_back(sandbox, db):
    Contact.objects.filter(pk=1).update(
        failing_since=timezone.now() - timedelta(minutes=20),
        failures=contact.DOWN_AFTER,
        next_try_at=timezone.now() - timedelta(seconds=1),
    )
    work.run_due()
    assert contact.state().failing_since is None
    assert Reconciliation.objects.get().trigger == "outage"
