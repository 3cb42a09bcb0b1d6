"""Looking into events: one read per entity, and only the read is believed."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, Card, Customer, Snapshot, WebhookEvent
from tests.deliveries import changed, event, receive

State = WebhookEvent.State
FAR_FUTURE = "9999-12-31T23:59:59.000000000Z"


def settled() -> list[tuple[str, str]]:
    """Return state and note of every event, oldest first."""
    return list(WebhookEvent.objects.order_by("pk").values_list("state", "note"))


def reads(sandbox, operation: str):
    """Count how often an operation is asked of the sandbox: see `met` of what this returns."""
    return sandbox.faults.add(action="delay", operation=operation, times=None)


@pytest.fixture
def happened(sandbox, programme):
    """Let the provider change a mirrored account by itself; gives the account and the event."""
    account = programme.account()
    sandbox.deliveries.take()
    sandbox.world.change("account", str(account.pk), "inactive")
    (body,) = sandbox.deliveries.take()
    return account, body


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
    counted = reads(sandbox, "getAccount")
    work.run_due()
    assert (counted.met, {state for state, _ in settled()}) == (1, {State.DONE})


def test_a_second_look_finds_nothing_to_do(happened):
    receive(happened[1])
    work.run_due()
    assert not work.run_due()


def test_w06_a_conflicting_body_is_never_believed(happened):
    account, body = happened
    receive(body, changed(body, status="closed"))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"
    assert [state for state, _ in settled()] == [State.DONE, State.DONE]


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


def test_w08_what_the_provider_does_not_know_leaves_no_row(sandbox, db):
    receive(event())
    for _ in range(6):
        work.run_due()
        WebhookEvent.objects.update(next_at=timezone.now())
    assert settled() == [(State.PARKED, "The provider does not know it.")]
    assert not Account.objects.exists()


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


def test_w12_a_timestamp_far_in_the_future_blocks_no_later_event(happened, sandbox):
    account, body = happened
    receive(changed(body, updatedAt=FAR_FUTURE))
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


def test_w20_a_final_state_that_the_provider_does_not_confirm_is_not_shown(happened):
    account, body = happened
    receive(changed(body, status="closed"))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"


def test_w22_an_event_cannot_move_an_account_to_another_customer(happened):
    account, body = happened
    owner = account.customer_id
    receive(changed(body, customerId=str(uuid.uuid4())))
    work.run_due()
    account.refresh_from_db()
    assert account.customer_id == owner


def test_while_the_provider_fails_the_event_stays_due_and_later_succeeds(happened, sandbox):
    account, body = happened
    sandbox.faults.add(action="status", operation="getAccount", code=500, times=None)
    receive(body)
    work.run_due()
    row = WebhookEvent.objects.get()
    assert (row.state, row.next_at > timezone.now()) == (State.PENDING, True)
    sandbox.faults.clear()
    WebhookEvent.objects.update(next_at=timezone.now())
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"


def test_an_answer_older_than_the_event_is_asked_again(happened):
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    receive(changed(happened[1], updatedAt=soon))
    work.run_due()
    assert settled() == [(State.PENDING, "The provider's answer was older than the event.")]


def test_an_answer_that_stays_older_ends_the_asking(happened):
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    receive(changed(happened[1], updatedAt=soon))
    for _ in range(6):
        WebhookEvent.objects.filter(state=State.PENDING).update(next_at=timezone.now())
        work.run_due()
    assert settled() == [(State.DONE, "unchanged")]
