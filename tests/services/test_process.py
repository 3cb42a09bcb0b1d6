"""Looking into events: one read per entity, and only the read is believed."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts_app import work
from accounts_app.errors import WrongState
from accounts_app.models import Account, Card, Customer, Snapshot, WebhookEvent
from tests.deliveries import changed, event, pending, receive, settled
from tests.factories import ask

State = WebhookEvent.State
FAR_FUTURE = "9999-12-31T23:59:59.000000000Z"


def test_w01_an_event_brings_the_mirror_to_the_providers_state(happened):
    account, body = happened
    receive(body)
    work.run_due()
    account.refresh_from_db()
    assert (account.status, account.source) == ("inactive", "webhook")
    assert settled() == [(State.DONE, "updated")]


def test_events_about_one_entity_cost_one_read(happened, sandbox):
    account, body = happened
    for status in ("active", "inactive"):
        sandbox.world.change("account", str(account.pk), status)
    receive(body, *sandbox.deliveries.take())
    counted = sandbox.faults.add(action="delay", operation="getAccount", times=None)
    work.run_due()
    assert (counted.met, {state for state, _ in settled()}) == (1, {State.DONE})


def test_a_second_look_finds_nothing_to_do(happened):
    receive(happened[1])
    work.run_due()
    assert not work.run_due()


def test_an_event_nobody_looked_at_is_due_whatever_the_clock_that_received_it_said(happened):
    receive(happened[1])
    pending().update(next_at=timezone.now() + timedelta(hours=1))
    work.run_due()
    assert settled() == [(State.DONE, "updated")]


@pytest.mark.parametrize("status", ["active", "inactive", "pending"])
def test_w04_of_equal_times_the_read_decides(happened, status):
    account, body = happened
    receive(body, changed(body, eventId=str(uuid.uuid4()), status=status))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"
    assert {state for state, _ in settled()} == {State.DONE}


def test_w07_an_unknown_card_is_fetched_once_parents_first(sandbox, programme):
    customer = sandbox.world.add_customer()
    account = sandbox.world.add_account(str(customer["id"]))
    card = sandbox.world.add_card(str(account["id"]))
    receive(sandbox.deliveries.take()[-1])
    work.run_due()
    assert [str(row.pk) for row in (Customer.objects.get(), Account.objects.get())] == [
        customer["id"],
        account["id"],
    ]
    assert str(Card.objects.get().pk) == card["id"]


def test_w09_an_unknown_type_is_not_looked_into(sandbox, db):
    receive(event(webhookType="dispute.updated"))
    assert not work.run_due()


def test_w10_an_unknown_status_is_shown_as_the_provider_spells_it(happened, sandbox):
    account, _ = happened
    sandbox.world.change("account", str(account.pk), "under_review")
    receive(*sandbox.deliveries.take())
    work.run_due()
    account.refresh_from_db()
    assert (account.status, account.is_recognised) == ("under_review", False)


@pytest.mark.parametrize("kind", ["deactivate", "reactivate", "close"])
def test_w10_an_unknown_status_blocks_operations(happened, sandbox, operator, kind):
    account, _ = happened
    sandbox.world.change("account", str(account.pk), "under_review")
    receive(*sandbox.deliveries.take())
    work.run_due()
    account.refresh_from_db()
    with pytest.raises(WrongState):
        ask(kind, account, operator)


def test_w10_an_unknown_status_that_the_provider_does_not_confirm_is_not_shown(happened):
    account, body = happened
    receive(changed(body, status="under_review"))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"


@pytest.mark.parametrize("odd", [None, "soon", 12, FAR_FUTURE])
def test_w11_an_odd_timestamp_leads_to_the_same_read(happened, odd):
    account, body = happened
    receive(changed(body, updatedAt=odd))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"


@pytest.mark.parametrize("ahead", [FAR_FUTURE, "in an hour"])
def test_w12_a_timestamp_in_the_future_blocks_no_later_event(happened, sandbox, ahead):
    account, body = happened
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    receive(changed(body, updatedAt=soon if ahead == "in an hour" else ahead))
    work.run_due()
    sandbox.world.change("account", str(account.pk), "active")
    receive(*sandbox.deliveries.take())
    work.run_due()
    account.refresh_from_db()
    assert account.status == "active"


def test_w17_a_replay_changes_nothing(happened):
    _, body = happened
    receive(body)
    work.run_due()
    before = Snapshot.objects.count()
    receive(body)
    assert not work.run_due()
    assert Snapshot.objects.count() == before


def test_w27_while_the_provider_fails_the_event_stays_due(happened, sandbox):
    sandbox.faults.add(action="status", operation="getAccount", code=500, times=None)
    receive(happened[1])
    work.run_due()
    assert WebhookEvent.objects.get().next_at > timezone.now()
    assert settled() == [(State.PENDING, "The provider answered with an error (500).")]


FAULTS = {
    "an error": {"action": "status", "code": 500, "times": 9},
    "too many requests": {"action": "status", "code": 429, "retry_after": 30, "times": 1},
    "no answer": {"action": "drop_reply", "times": 9},
    "no JSON": {"action": "malformed", "times": 2},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_w27_once_the_provider_answers_again_the_event_is_looked_into(
    happened, sandbox, until_quiet, fault
):
    account, body = happened
    met = sandbox.faults.add(operation="getAccount", **fault)
    receive(body)
    until_quiet()
    account.refresh_from_db()
    assert (account.status, met.times) == ("inactive", 0)


def test_w27_the_provider_says_how_long_to_wait(happened, sandbox):
    sandbox.faults.add(action="status", operation="getAccount", code=429, retry_after=1200)
    receive(happened[1])
    work.run_due()
    wait = WebhookEvent.objects.get().next_at - timezone.now()
    assert timedelta(minutes=19) < wait <= timedelta(minutes=20)


def test_w27_an_answer_older_than_the_event_is_asked_again(happened):
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    receive(changed(happened[1], updatedAt=soon))
    work.run_due()
    assert settled() == [(State.PENDING, "The provider's answer was older than the event.")]


def test_w27_an_answer_that_stays_older_ends_the_asking(happened, sandbox, until_quiet):
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    counted = sandbox.faults.add(action="delay", operation="getAccount", times=None)
    receive(changed(happened[1], updatedAt=soon))
    until_quiet()
    assert settled() == [(State.DONE, "unchanged")]
    assert counted.met == 5


def test_w27_reads_that_failed_do_not_use_up_the_patience_with_older_answers(
    happened, sandbox, until_quiet
):
    sandbox.faults.add(action="malformed", operation="getAccount", times=8)
    counted = sandbox.faults.add(action="delay", operation="getAccount", times=None)
    soon = (timezone.now() + timedelta(hours=3)).isoformat()
    receive(changed(happened[1], updatedAt=soon))
    until_quiet()
    assert counted.met == 5
