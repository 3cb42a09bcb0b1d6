"""Sending: what each answer of the provider makes of an operation."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts_app import audit, work
from accounts_app.models import Account, Attempt, AuditEntry, Operation
from accounts_app.offblocks.wire import Wire
from accounts_app.services import operations, sending
from tests.factories import ask

State = Operation.State


def advanced(operation: Operation) -> Operation:
    """Let the work engine take the operation as far as it goes now."""
    work.advance(operation.pk)
    return Operation.objects.get(pk=operation.pk)


def when_due(operation: Operation) -> Operation:
    """Wait until the operation is due again, then advance it."""
    with time_machine.travel(operation.next_at + timedelta(seconds=1), tick=True):
        return advanced(operation)


def approved_by(checker, operation: Operation) -> Operation:
    """Have a second person agree."""
    return operations.approve(operation.pk, checker=checker, digest=operation.digest)


def effects(sandbox, operation: Operation) -> list:
    """Return the changes at the provider that the operation's key caused."""
    return [row for row in sandbox.ledger() if row["key"] == str(operation.key)]


def test_a_deactivation_is_done_when_the_provider_shows_it(programme, operator):
    account = programme.account()
    operation = advanced(ask("deactivate", account, operator))
    assert operation.state == State.SUCCEEDED
    assert Account.objects.get(pk=account.pk).status == "inactive"


def test_the_cards_that_followed_are_read_anew(programme, operator):
    account = programme.account()
    card = programme.card(account)
    account.refresh_from_db()
    advanced(ask("deactivate", account, operator))
    card.refresh_from_db()
    assert card.status == "inactive"


def test_an_attempt_is_recorded_with_its_result(programme, operator):
    operation = advanced(ask("deactivate", programme.account(), operator))
    attempt = Attempt.objects.get(operation=operation)
    assert (attempt.number, attempt.result, attempt.http_status) == (1, "answered", 202)


def test_a_created_account_is_linked_and_its_challenge_kept(programme, operator):
    operation = advanced(ask("create_account", programme.customer(), operator))
    assert operation.state == State.SUCCEEDED
    assert operation.account.status == "initiating"
    assert operation.account.challenges.get().state == "waiting"


def test_nothing_is_sent_before_the_second_person_agrees(programme, operator, sandbox):
    operation = advanced(ask("close", programme.account(), operator))
    assert operation.state == State.REQUESTED
    assert not Attempt.objects.exists()


def test_an_approved_close_is_sent(programme, operator, approver):
    account = programme.account()
    operation = advanced(approved_by(approver, ask("close", account, operator)))
    assert operation.state == State.SUCCEEDED
    assert Account.objects.get(pk=account.pk).status == "closed"


@pytest.mark.parametrize("kind", ["create_account", "deactivate", "reactivate", "close"])
def test_o05_a_dropped_reply_is_one_change(programme, operator, approver, sandbox, kind):
    target = {
        "create_account": programme.customer,
        "reactivate": lambda: programme.account("inactive"),
    }.get(kind, programme.account)()
    names = {"deactivate": "deactivateAccount", "reactivate": "activateAccount"}
    names |= {"close": "closeAccount", "create_account": "createAccount"}
    sandbox.faults.add(operation=names[kind], action="drop_reply", times=1)
    operation = ask(kind, target, operator)
    if operation.needs_checker:
        operation = approved_by(approver, operation)
    operation = advanced(operation)
    assert (operation.state, operation.ambiguous) == (State.UNCERTAIN, True)
    assert operation.outcome.startswith("Outcome unknown")
    operation = when_due(operation)
    assert operation.state == State.SUCCEEDED
    assert len(effects(sandbox, operation)) == 1
    assert operation.attempts.count() == 2


def test_o04_a_resend_has_the_same_key_and_bytes(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    frozen = (operation.key, bytes(operation.body), operation.path)
    operation = when_due(operation)
    assert (operation.key, bytes(operation.body), operation.path) == frozen
    assert operation.state == State.SUCCEEDED


def test_o11_a_refusal_fails_with_its_reason(programme, operator, sandbox):
    account = programme.account()
    operation = ask("deactivate", account, operator)
    sandbox.world.change("account", str(account.pk), "closed")
    operation = advanced(operation)
    assert operation.state == State.FAILED
    assert operation.outcome.startswith("Refused by the provider")


def test_o11_a_refusal_after_an_unknown_outcome_is_not_a_failure(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", account, operator))
    sandbox.world.change("account", str(account.pk), "closed")
    assert when_due(operation).state == State.UNCERTAIN


def test_o12_too_many_requests_is_waited_out(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="status", code=429, retry_after=30)
    operation = advanced(ask("deactivate", programme.account(), operator))
    assert (operation.state, operation.ambiguous) == (State.APPROVED, False)
    assert operation.next_at > timezone.now() + timedelta(seconds=25)
    assert when_due(operation).state == State.SUCCEEDED


def test_o06_three_identical_errors_end_the_resending(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="status", code=500, times=9)
    operation = advanced(ask("deactivate", programme.account(), operator))
    for _ in range(2):
        operation = when_due(operation)
    assert operation.attempts.count() == 3
    assert not sending.may_resend(operation)


def test_o19_after_the_window_nothing_is_sent(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        assert advanced(operation).attempts.count() == 1


def test_o19_not_applied_needs_two_looks_ten_minutes_apart(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        operation = advanced(operation)
    assert operation.state == State.UNCERTAIN
    operation = when_due(operation)
    assert operation.state == State.NOT_APPLIED
    assert effects(sandbox, operation) == []


def test_o22_a_sender_that_slept_cannot_write_a_result(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    sleeper = Operation.objects.get(pk=operation.pk)
    assert advanced(operation).state == State.SUCCEEDED
    sending.send(sleeper)
    assert Attempt.objects.count() == 1


def test_the_outcome_is_recorded_once(programme, operator):
    operation = advanced(ask("deactivate", programme.account(), operator))
    advanced(operation)
    entries = AuditEntry.objects.filter(operation=operation, action="deactivate.succeeded")
    assert entries.count() == 1
    assert audit.verify() is None


def test_no_transaction_is_open_during_a_call(programme, operator, sandbox, monkeypatch):
    seen: list[bool] = []
    real = Wire.exchange

    def watching(self, *arguments, **options):
        # One block is the test's own.
        seen.append(len(connection.savepoint_ids) > 0)
        return real(self, *arguments, **options)

    monkeypatch.setattr(Wire, "exchange", watching)
    advanced(ask("deactivate", programme.account(), operator))
    assert seen
    assert not any(seen)
