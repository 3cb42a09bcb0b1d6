"""Sending through faults: what each must leave behind, rows O1 to O12 of the fault matrix."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, Operation, Pause
from accounts_app.services import sending
from tests.factories import ask
from tests.services.test_send import advanced, approved_by, effects, when_due

pytestmark = pytest.mark.django_db
State = Operation.State


@pytest.fixture
def operation(programme, operator) -> Operation:
    """A deactivation that is approved and not sent yet."""
    return ask("deactivate", programme.account(), operator)


def trouble(sandbox, action: str, **more) -> None:
    """Have the next deactivation meet a fault."""
    sandbox.faults.add(operation="deactivateAccount", action=action, **more)


def lost(operation: Operation, sandbox) -> Operation:
    """Send the operation once, with an answer that never comes."""
    trouble(sandbox, "kill_before")
    return advanced(operation)


def refused_with(operation: Operation, sandbox, code: int, **more) -> Operation:
    """Send the operation once, answered with this status."""
    trouble(sandbox, "status", code=code, **more)
    return advanced(operation)


def test_o01_an_approved_operation_nobody_was_woken_for_is_found(operation):
    work.run_due()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED


def test_o02_an_attempt_whose_sender_vanished_is_sent_again_under_its_key(operation, sandbox):
    sending._claim(operation)
    sending._begin(operation)
    key = operation.key
    operation = when_due(operation)
    assert (operation.state, operation.ambiguous) == (State.UNCERTAIN, True)
    operation = when_due(operation)
    assert (operation.state, operation.key) == (State.SUCCEEDED, key)
    assert len(effects(sandbox, operation)) == 1


def test_o02_a_sender_that_vanished_before_its_attempt_left_nothing_in_doubt(operation):
    sending._claim(operation)
    operation = when_due(operation)
    assert (operation.state, operation.ambiguous) == (State.APPROVED, False)
    assert when_due(operation).state == State.SUCCEEDED


def test_o03_a_connection_that_never_came_about_is_no_doubt(operation, settings):
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"  # nobody listens there
    operation = advanced(operation)
    assert (operation.state, operation.ambiguous) == (State.APPROVED, False)
    assert operation.attempts.get().result == "not_sent"
    assert operation.outcome == "Waiting for the provider: it cannot be reached."


def test_o04_the_same_key_is_sent_after_2_10_60_and_300_seconds(operation, sandbox):
    waits = []
    operation = lost(operation, sandbox)
    for _ in range(5):
        waits.append((operation.next_at - timezone.now()).total_seconds())
        trouble(sandbox, "kill_before")
        with time_machine.travel(operation.next_at + timedelta(milliseconds=1), tick=False):
            operation = advanced(operation)
            waits[-1] = (operation.next_at - timezone.now()).total_seconds()
    least = [10, 60, 300, 300, 300]
    assert all(low <= wait <= low * 1.2 for wait, low in zip(waits, least, strict=True))
    assert effects(sandbox, operation) == []


def test_o04_what_was_sent_without_an_answer_is_in_doubt_for_good(operation, sandbox):
    operation = lost(operation, sandbox)
    assert (operation.state, operation.ambiguous) == (State.UNCERTAIN, True)
    assert operation.outcome == "Outcome unknown, checking automatically. Do not repeat it."
    assert when_due(operation).ambiguous


def test_o06_staff_read_that_the_provider_had_an_error(operation, sandbox):
    operation = refused_with(operation, sandbox, 503)
    assert operation.outcome.startswith("Provider error, checking whether it took effect.")


def test_o06_an_error_after_the_effect_ends_as_done(operation, sandbox):
    operation = refused_with(operation, sandbox, 500, effect=True, stored=True, times=None)
    for _ in range(2):
        operation = when_due(operation)
    operation = when_due(operation)
    assert operation.state == State.SUCCEEDED
    assert (operation.attempts.count(), len(effects(sandbox, operation))) == (3, 1)


def test_o07_a_key_in_flight_is_left_alone_for_a_while_and_kept(operation, sandbox):
    key = operation.key
    trouble(sandbox, "conflict_in_flight")
    operation = advanced(operation)
    assert operation.state == State.UNCERTAIN
    assert operation.outcome == "The provider is still working on it. Do not repeat it."
    assert operation.next_at - timezone.now() < timedelta(seconds=2)
    operation = when_due(operation)
    assert (operation.state, operation.key) == (State.SUCCEEDED, key)


def test_o08_a_key_the_provider_knows_otherwise_is_never_sent_again(operation, sandbox, caplog):
    with caplog.at_level(logging.ERROR):
        operation = refused_with(operation, sandbox, 422)
    assert operation.state == State.UNCERTAIN
    assert not sending.may_resend(operation)
    assert operation.outcome.startswith("Needs attention")
    assert "needs attention" in caplog.text


def test_o08_what_an_earlier_body_did_is_found_by_reading(operation, sandbox):
    trouble(sandbox, "drop_reply")
    operation = advanced(operation)
    trouble(sandbox, "status", code=422)
    operation = when_due(operation)
    assert when_due(operation).state == State.SUCCEEDED
    assert len(effects(sandbox, operation)) == 1


@pytest.mark.sandbox(token_seconds=60)
def test_o09_a_token_that_ran_out_is_renewed_unnoticed(operation, sandbox):
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        operation = advanced(operation)
    assert operation.state == State.SUCCEEDED
    assert operation.attempts.count() == 1


def test_o10_refused_credentials_fail_what_cannot_have_arrived(operation, sandbox):
    operation = refused_with(operation, sandbox, 403)
    assert operation.state == State.FAILED
    assert operation.evidence["http_status"] == 403


def test_o10_refused_credentials_stop_all_sending(operation, programme, operator, sandbox):
    refused_with(operation, sandbox, 403)
    assert Pause.objects.get(ended_at=None).cause == Pause.Cause.CREDENTIALS
    other = advanced(ask("deactivate", programme.account(), operator))
    assert (other.state, other.attempts.count()) == (State.APPROVED, 0)


def test_o10_refused_credentials_after_a_doubt_are_no_failure(operation, sandbox):
    operation = lost(operation, sandbox)
    trouble(sandbox, "status", code=403)
    assert when_due(operation).state == State.UNCERTAIN


def test_o10_what_was_in_doubt_is_still_found_while_sending_is_paused(operation, sandbox):
    trouble(sandbox, "drop_reply")
    operation = advanced(operation)
    Pause.objects.create(
        cause="hand", reason="test", person=operation.maker, started_at=timezone.now()
    )
    operation = when_due(operation)
    assert (operation.state, operation.attempts.count()) == (State.SUCCEEDED, 1)


def test_o11_a_refusal_makes_us_look_again(operation, sandbox):
    sandbox.world.change("account", str(operation.account_id), "closed")
    operation = advanced(operation)
    assert operation.state == State.FAILED
    assert Account.objects.get(pk=operation.account_id).status == "closed"


def test_o11_a_close_answered_404_after_a_doubt_is_looked_for(
    programme, operator, approver, sandbox
):
    sandbox.faults.add(operation="closeAccount", action="drop_reply")
    operation = advanced(approved_by(approver, ask("close", programme.account(), operator)))
    sandbox.faults.add(operation="closeAccount", action="status", code=404)
    operation = when_due(operation)
    assert operation.state == State.UNCERTAIN
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        assert advanced(operation).state == State.SUCCEEDED


def test_o12_being_told_to_wait_is_no_doubt_and_says_when(operation, sandbox):
    operation = refused_with(operation, sandbox, 429, retry_after=90)
    assert operation.outcome == "Delayed by the provider: it asks us to wait."
    assert operation.next_at > timezone.now() + timedelta(seconds=80)
    assert not operation.ambiguous


def test_o12_being_told_to_wait_holds_up_all_operations(operation, programme, operator, sandbox):
    other = ask("deactivate", programme.account(), operator)
    refused_with(operation, sandbox, 429, retry_after=90)
    other = advanced(other)
    assert (other.state, other.attempts.count()) == (State.APPROVED, 0)
    assert other.next_at > timezone.now() + timedelta(seconds=80)


def test_o10_refused_credentials_at_a_look_stop_all_sending(programme, operator, approver, sandbox):
    operation = approved_by(approver, ask("close", programme.account(), operator))
    sandbox.faults.add(operation="getAccount", action="status", code=403)
    operation = advanced(operation)
    assert (operation.state, operation.attempts.count()) == (State.APPROVED, 0)
    assert Pause.objects.get(ended_at=None).cause == Pause.Cause.CREDENTIALS
