"""What events claim that must not be: it is never shown, and people hear of it."""

import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts_app import work
from accounts_app.errors import Contradicted
from accounts_app.models import Discrepancy, WebhookEvent
from tests.deliveries import changed, receive, settled
from tests.factories import ask

State = WebhookEvent.State
A_DAY_EARLIER = "2026-01-01T00:00:00Z"


def told() -> list[tuple[str, str, str]]:
    """Return of every discrepancy what it is about, what we hold and what was told."""
    return list(Discrepancy.objects.values_list("what", "held", "told"))


def another(body: bytes, **members: Any) -> bytes:
    """Return another event about the same entity."""
    return changed(body, eventId=str(uuid.uuid4()), **members)


# W6: the same event id with another body


def test_w06_a_second_body_under_an_event_id_is_never_believed(happened, until_quiet):
    account, body = happened
    receive(body, changed(body, status="closed"))
    until_quiet()
    account.refresh_from_db()
    assert account.status == "inactive"
    assert {state for state, _ in settled()} == {State.DONE}


def test_w06_a_second_body_opens_a_discrepancy_that_names_it(happened):
    _, body = happened
    receive(body, changed(body, status="active"))
    work.run_due()
    found = Discrepancy.objects.get()
    assert (found.what, found.told_by) == ("event", "event")
    assert (found.held, found.told) == ("inactive", "active under the id of another event")
    assert found.event == WebhookEvent.objects.latest("pk")


def test_w06_a_second_body_that_comes_when_the_first_is_done_is_found_as_well(happened):
    _, body = happened
    receive(body)
    work.run_due()
    receive(changed(body, status="active"))
    work.run_due()
    assert Discrepancy.objects.get().event == WebhookEvent.objects.latest("pk")


def test_w06_a_second_body_blocks_operations(happened, operator):
    account, body = happened
    receive(body, changed(body, status="active"))
    work.run_due()
    account.refresh_from_db()
    with pytest.raises(Contradicted):
        ask("reactivate", account, operator)


def test_w06_a_second_body_about_something_else_is_told_there(happened, programme):
    other = programme.account()
    _, body = happened
    receive(body)
    work.run_due()
    receive(changed(body, id=str(other.pk), status="active"))
    work.run_due()
    assert Discrepancy.objects.get().entity_id == other.pk


RESPELLED = {
    "other spaces": lambda body: json.dumps(json.loads(body), indent=2).encode(),
    "another order": lambda body: json.dumps(json.loads(body), sort_keys=True).encode(),
    "fewer digits": lambda body: changed(body, updatedAt=json.loads(body)["updatedAt"][:26] + "Z"),
}


@pytest.mark.parametrize("respell", RESPELLED.values(), ids=RESPELLED)
def test_w06_the_same_in_another_spelling_is_flagged_and_no_discrepancy(happened, respell):
    _, body = happened
    receive(body, respell(body))
    work.run_due()
    assert WebhookEvent.objects.filter(is_conflicting=True).count() == 2
    assert told() == []


# W20: a final state that the provider does not show


def test_w20_a_final_state_the_provider_has_left_since_is_told_at_once(happened):
    account, body = happened
    receive(another(body, status="closed", updatedAt=account.updated_at_text))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"
    assert told() == [("event", "inactive", "closed")]


@pytest.mark.parametrize("time", [{}, {"updatedAt": None}], ids=["as new", "of no time"])
def test_w20_an_answer_that_may_be_older_is_asked_again_before_people_hear(
    happened, until_quiet, time
):
    account, body = happened
    receive(another(body, status="closed", **time))
    work.run_due()
    assert (settled()[0][0], told()) == (State.PENDING, [])
    until_quiet()
    account.refresh_from_db()
    assert account.status == "inactive"
    assert told() == [("event", "inactive", "closed")]


def test_w20_a_close_the_read_shows_a_moment_later_is_no_contradiction(
    happened, sandbox, until_quiet
):
    account, body = happened
    receive(another(body, status="closed"))
    work.run_due()
    sandbox.world.change("account", str(account.pk), "closed")
    until_quiet()
    account.refresh_from_db()
    assert (account.status, told()) == ("closed", [])


def test_w20_the_events_own_page_tells_of_it(happened):
    account, body = happened
    receive(another(body, status="closed", updatedAt=account.updated_at_text))
    work.run_due()
    assert settled() == [(State.DONE, "Says closed; the provider shows inactive.")]


def test_w20_one_final_state_instead_of_another_is_told(happened, sandbox):
    account, body = happened
    sandbox.world.change("account", str(account.pk), "closed")
    receive(another(body, status="failed"))
    work.run_due()
    assert told() == [("event", "closed", "failed")]


@pytest.mark.parametrize("status", ["initiating", "pending", "active"])
def test_w20_a_late_event_of_an_earlier_state_is_no_contradiction(happened, status):
    _, body = happened
    receive(another(body, status=status, updatedAt=A_DAY_EARLIER))
    work.run_due()
    assert (settled(), told()) == ([(State.DONE, "updated")], [])


def test_w20_what_the_provider_says_itself_is_no_contradiction_of_an_event(happened, sandbox):
    """The mirror holds closed by a read, event and provider agree on active: W21, told once."""
    account, _ = happened
    sandbox.world.change("account", str(account.pk), "closed")
    receive(*sandbox.deliveries.take())
    work.run_due()
    sandbox.world.change("account", str(account.pk), "active")
    receive(*sandbox.deliveries.take())
    work.run_due()
    assert told() == [("status", "closed", "active")]


def test_w20_the_same_event_again_opens_nothing_new(happened):
    account, body = happened
    claim = another(body, status="closed", updatedAt=account.updated_at_text)
    receive(claim)
    work.run_due()
    Discrepancy.objects.update(resolved_at=timezone.now(), verdict="noted")
    receive(claim)
    work.run_due()
    assert Discrepancy.objects.filter(resolved_at=None).count() == 0


# W22: another owner


def test_w22_an_event_moves_no_account_to_another_customer(happened):
    account, body = happened
    owner, stranger = account.customer_id, str(uuid.uuid4())
    receive(another(body, customerId=stranger))
    work.run_due()
    account.refresh_from_db()
    assert (account.customer_id, account.status) == (owner, "inactive")
    assert told() == [("event", f"customerId {owner}", f"customerId {stranger}")]


def test_w22_an_event_moves_no_card_to_another_account(programme, sandbox):
    account = programme.account()
    card, stranger = programme.card(account), str(uuid.uuid4())
    body = sandbox.deliveries.take()[-1]
    receive(another(body, accountId=stranger))
    work.run_due()
    card.refresh_from_db()
    assert card.account_id == account.pk
    assert told() == [("event", f"accountId {account.pk}", f"accountId {stranger}")]


def test_w22_an_account_we_never_saw_comes_with_the_owner_the_provider_shows(sandbox, programme):
    customer = programme.customer()
    made = sandbox.world.add_account(str(customer.pk))
    body = sandbox.deliveries.take()[-1]
    receive(changed(body, customerId=str(uuid.uuid4())))
    work.run_due()
    assert [str(row.pk) for row in customer.accounts.all()] == [made["id"]]
    assert [what for what, _, _ in told()] == ["event"]


@pytest.mark.parametrize("odd", [None, "", "?", 7, [], {}])
def test_w22_an_odd_owner_claims_nothing(happened, odd):
    _, body = happened
    receive(another(body, customerId=odd))
    work.run_due()
    assert (settled(), told()) == ([(State.DONE, "updated")], [])


def test_w22_an_owner_in_capital_letters_is_the_same(happened):
    account, body = happened
    receive(another(body, customerId=str(account.customer_id).upper()))
    work.run_due()
    assert told() == []


def test_what_several_events_claim_is_told_together(happened):
    account, body = happened
    stranger = str(uuid.uuid4())
    receive(
        another(body, status="closed", updatedAt=account.updated_at_text),
        another(body, customerId=stranger),
    )
    work.run_due()
    ((_, held, claimed),) = told()
    assert held == f"inactive; customerId {account.customer_id}"
    assert claimed == f"closed; customerId {stranger}"
