"""The page that proposes an end offers what the proof would take, and says why not the rest."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from accounts_app.admin import words
from accounts_app.models import Operation, Resolution
from accounts_app.services import proof
from tests.admin.pages import page_of, signed_in, text_of
from tests.admin.resolving import EVIDENCE, decide, look, propose, resolve_page
from tests.factories import ask
from tests.services.stuck import (
    a_day_later,
    confirm,
    needing_people,
    one_of_several,
    provider_says,
)
from tests.services.stuck import propose as proposed
from tests.services.test_send import advanced, approved_by

State = Operation.State


def offered(person, operation) -> list[str]:
    """Return the ends that the page has a button for."""
    page = signed_in(person).get(resolve_page(operation)).content.decode()
    return [end for end in ("succeeded", "not_applied") if f'value="{end}"' in page]


def page(person, operation) -> str:
    """Return the words of the page that proposes an end."""
    return text_of(signed_in(person).get(resolve_page(operation)))


@pytest.fixture
def waiting(programme, operator, approver) -> Operation:
    """A close that waits for its owner, sent an hour ago."""
    operation = advanced(approved_by(approver, ask("close", programme.account(), operator)))
    hour = {name: F(name) - timedelta(hours=1) for name in ("last_sent_at", "resend_deadline")}
    Operation.objects.filter(pk=operation.pk).update(**hour)
    operation.refresh_from_db()
    return operation


def test_what_the_provider_does_not_show_is_not_offered_as_done(programme, operator):
    stuck = needing_people(programme, operator)
    assert offered(operator, stuck) == ["not_applied"]


def test_what_the_provider_shows_is_not_offered_as_not_applied(programme, operator):
    stuck = needing_people(programme, operator)
    provider_says(programme, stuck.account, "inactive")
    assert offered(operator, stuck) == ["succeeded"]
    assert "Cannot be proposed now: “It did not take effect" in page(operator, stuck)


def test_a_creation_with_candidates_is_not_offered_as_not_applied(programme, operator):
    several = one_of_several(programme, operator)
    assert offered(operator, several) == ["succeeded"]
    assert "Find out which one it is and propose that." in page(operator, several)


def test_a_creation_without_candidates_is_not_offered_as_done(programme, operator):
    stuck = needing_people(programme, operator, "create_account")
    assert offered(operator, stuck) == ["not_applied"]
    assert "The provider shows no new account." in page(operator, stuck)


def test_what_may_still_arrive_is_offered_nothing_and_says_until_when(programme, operator):
    stuck = needing_people(programme, operator)
    Operation.objects.filter(pk=stuck.pk).update(last_sent_at=timezone.now())
    assert offered(operator, stuck) == []
    text = page(operator, stuck)
    assert "may still arrive" in text
    assert "Your proposal" in text
    assert 'name="evidence"' not in signed_in(operator).get(resolve_page(stuck)).content.decode()


def test_an_end_that_was_not_offered_is_refused_and_nothing_typed_is_lost(programme, operator):
    stuck = needing_people(programme, operator)
    answer = propose(operator, stuck, "succeeded")
    assert "The provider does not show the effect: the account is active." in text_of(answer)
    assert EVIDENCE in answer.content.decode()


def test_of_a_vanished_account_both_ends_are_offered_and_explained(
    programme, operator, approver, sandbox
):
    close = approved_by(approver, ask("close", programme.account(), operator))
    sandbox.faults.add(operation="closeAccount", action="drop_reply", times=1)
    close = advanced(close)
    sandbox.faults.add(operation="getAccount", action="status", code=404, times=None)
    close = a_day_later(close)
    with time_machine.travel(timezone.now() + timedelta(hours=26), tick=True):
        assert offered(operator, close) == ["succeeded", "not_applied"]
        text = page(operator, close)
    assert "The provider does not know this account any more." in text
    assert "which a close may bring about, but another cause as well" in text


def test_a_look_changes_what_is_offered(programme, operator, sandbox):
    stuck = needing_people(programme, operator)
    sandbox.world.change("account", str(stuck.account_id), "inactive")
    assert "Cannot be proposed now: “It did not take effect" in text_of(
        look(operator, resolve_page(stuck))
    )


@pytest.mark.sandbox(close_needs_signature=True)
def test_two_people_end_a_wait_through_the_pages(waiting, operator, approver):
    account = text_of(signed_in(operator).get(words.address_of(waiting.account)))
    assert "Until it is finished the account can only be deactivated" in account
    assert "Deactivate" in account
    operation = text_of(signed_in(operator).get(page_of(waiting)))
    assert "have the provider withdraw the close; then two people end the wait here" in operation
    text = page(operator, waiting)
    assert "Only the provider can withdraw a close it has accepted" in text
    propose(operator, waiting, "not_applied")
    decide(approver, Resolution.objects.get(), "confirm")
    waiting.refresh_from_db()
    assert waiting.state == State.NOT_APPLIED


# What the operation's own page says afterwards.


def test_its_steps_tell_what_the_two_people_said(programme, operator, approver):
    stuck = needing_people(programme, operator)
    confirm(proposed(stuck, "not_applied", operator), approver)
    text = text_of(signed_in(operator).get(page_of(stuck)))
    assert "operator and approver said: it did not take effect" in text
    assert "accepted" not in text


def test_an_effect_that_two_people_declare_is_theirs_too(programme, operator, approver):
    stuck = needing_people(programme, operator)
    provider_says(programme, stuck.account, "inactive")
    proof.look_again(stuck, person=operator)
    stuck.refresh_from_db()
    confirm(proposed(stuck, "succeeded", operator), approver)
    text = text_of(signed_in(operator).get(page_of(stuck)))
    assert "operator and approver said: it took effect" in text
    assert "accepted" not in text


def test_what_the_provider_itself_accepted_says_so(programme, operator):
    done = advanced(ask("deactivate", programme.account(), operator))
    assert "At the provider done accepted" in text_of(signed_in(operator).get(page_of(done)))
