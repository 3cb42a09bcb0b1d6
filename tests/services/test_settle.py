"""Read-backs: finding out what became of an operation."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app.models import Operation
from tests.factories import ask
from tests.services.test_send import advanced, effects, when_due

State = Operation.State


@pytest.fixture
def lost_creation(programme, operator, sandbox) -> Operation:
    """A creation that took effect, whose answer was lost, and whose window is over."""
    sandbox.faults.add(operation="createAccount", action="drop_reply", times=1)
    return advanced(ask("create_account", programme.customer(), operator))


def after_the_window(operation: Operation) -> Operation:
    """Advance the operation when its key may no longer be sent."""
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        return advanced(operation)


def test_o04_a_lost_creation_adopts_the_one_new_account(lost_creation, sandbox):
    operation = after_the_window(lost_creation)
    assert operation.state == State.SUCCEEDED
    assert operation.account_id is not None
    assert len(effects(sandbox, operation)) == 1


def test_o19_two_new_accounts_are_for_people_to_tell_apart(lost_creation, sandbox):
    sandbox.world.add_account(str(lost_creation.customer_id), status="initiating")
    operation = after_the_window(lost_creation)
    assert operation.state == State.NEEDS_HUMAN
    assert "2 new accounts" in operation.outcome


def test_accounts_known_before_are_no_candidates(programme, operator, sandbox):
    customer = programme.customer()
    programme.account(customer=customer)
    customer.refresh_from_db()
    sandbox.faults.add(operation="createAccount", action="kill_before", times=1)
    operation = advanced(ask("create_account", customer, operator))
    assert when_due(after_the_window(operation)).state == State.NOT_APPLIED


@pytest.mark.sandbox(change_seconds=60)
def test_o21_an_accepted_change_is_waited_for(programme, operator, sandbox):
    operation = advanced(ask("deactivate", programme.account(), operator))
    assert operation.state == State.ACCEPTED
    sandbox.world.settle()
    assert when_due(operation).state == State.SUCCEEDED


@pytest.mark.sandbox(change_seconds=10**6)
def test_o21_an_accepted_change_without_effect_becomes_uncertain(programme, operator, sandbox):
    operation = advanced(ask("deactivate", programme.account(), operator))
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        operation = advanced(operation)
    assert operation.state == State.UNCERTAIN


def test_a_provider_out_of_reach_is_asked_again(programme, operator, sandbox, settings):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    sandbox.faults.add(operation="getAccount", action="status", code=503, times=9)
    operation = after_the_window(operation)
    assert operation.state == State.UNCERTAIN
    assert operation.next_at is not None


def test_a_day_without_proof_calls_people(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        assert advanced(operation).state == State.NEEDS_HUMAN


def test_a_day_without_a_readable_answer_calls_people(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    sandbox.faults.add(operation="getAccount", action="malformed", times=None)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        operation = advanced(operation)
    assert operation.state == State.NEEDS_HUMAN
    assert "could not be looked for" in operation.outcome


def test_o20_the_next_request_is_linked_to_the_one_that_did_not_apply(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", account, operator))
    operation = when_due(after_the_window(operation))
    account.refresh_from_db()
    again = ask("deactivate", account, operator)
    assert (again.earlier, again.key == operation.key) == (operation, False)
