"""W8: ids that nobody knows cost a few reads, however often they are named, and leave no row."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, WebhookEvent
from accounts_app.services import events
from tests.deliveries import changed, event, pending, receive, settled

State = WebhookEvent.State
SERIES = 5  # reads


@pytest.fixture
def reads(sandbox, db):
    """The reads of accounts the sandbox saw: see `met`."""
    return sandbox.faults.add(action="delay", operation="getAccount", times=None)


def about_it() -> bytes:
    """Make another event about the same unknown account."""
    return event(eventId=str(uuid.uuid4()))


def test_w08_what_the_provider_does_not_know_is_parked_and_leaves_no_row(reads, until_quiet):
    receive(event())
    until_quiet()
    assert settled() == [(State.PARKED, events.NOT_KNOWN)]
    assert not Account.objects.exists()
    assert reads.met == SERIES


def test_w08_events_that_come_while_it_is_looked_for_cost_nothing(reads, until_quiet):
    receive(about_it())
    work.run_due()
    for _ in range(20):
        receive(about_it())
        work.run_due()
    assert reads.met == 1


def test_w08_many_events_about_one_unknown_id_cost_one_series(reads, until_quiet):
    receive(*(about_it() for _ in range(50)))
    until_quiet()
    assert {state for state, _ in settled()} == {State.PARKED}
    assert reads.met == SERIES


def test_w08_what_another_worker_has_in_hand_is_not_put_off(reads, until_quiet):
    receive(about_it())
    until_quiet()
    receive(about_it())
    held = timezone.now() + events.LEASE
    columns = {"attempts": 1, "lease_until": held, "next_at": timezone.now()}
    pending().update(**columns)
    events.process("account", pending().get().entity_id)
    assert (pending().get().lease_until, pending().get().attempts) == (held, 1)
    assert pending().get().note == ""


def test_w08_after_a_series_new_events_wait_for_ten_minutes(reads, until_quiet):
    receive(about_it())
    until_quiet()
    receive(about_it())
    work.run_due()
    wait = pending().get().next_at - timezone.now()
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)
    assert reads.met == SERIES


def test_w08_after_the_wait_there_is_another_series(reads, until_quiet):
    receive(about_it())
    until_quiet()
    receive(about_it())
    until_quiet()
    assert [state for state, _ in settled()] == [State.PARKED, State.PARKED]
    assert reads.met == 2 * SERIES


def test_w08_what_becomes_known_meanwhile_is_taken_over(sandbox, programme, until_quiet):
    customer = programme.customer()
    made = sandbox.world.add_account(str(customer.pk))
    (body,) = sandbox.deliveries.take()[-1:]
    late = sandbox.faults.add(
        action="status", operation="getAccount", code=404, times=2, path_contains=str(made["id"])
    )
    receive(body)
    until_quiet()
    assert (str(Account.objects.get().pk), late.times) == (made["id"], 0)


def test_w08_an_unknown_id_keeps_no_other_entity_waiting(reads, happened, until_quiet):
    receive(about_it())
    work.run_due()
    account, body = happened
    receive(about_it(), body)
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"


def test_w08_a_card_of_an_unknown_account_leaves_no_row(sandbox, db, until_quiet):
    receive(event(webhookType="card.updated", accountId=str(uuid.uuid4())))
    until_quiet()
    assert settled() == [(State.PARKED, events.NOT_KNOWN)]


def test_w08_a_replay_of_a_parked_event_wakes_nothing(reads, until_quiet):
    receive(event())
    until_quiet()
    receive(event())
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        assert not work.run_due().entities
    assert reads.met == SERIES


def test_w08_the_state_an_unknown_id_is_said_to_have_makes_no_row(reads, until_quiet):
    receive(changed(event(), status="closed"))
    until_quiet()
    assert not Account.objects.exists()
