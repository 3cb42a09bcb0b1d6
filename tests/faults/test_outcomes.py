"""What came back, and what a crash or a wait leaves: rows O13 to O25 of the fault matrix."""

import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from accounts_app import conf, work
from accounts_app.errors import OperationOpen
from accounts_app.models import Account, AuditEntry, Discrepancy, Operation
from accounts_app.offblocks import changes
from accounts_app.offblocks.errors import Unavailable
from accounts_app.offblocks.wire import Wire
from tests.admin.pages import fill_in, page_of, signed_in, text_of
from tests.factories import ask
from tests.services.stuck import confirm, propose
from tests.services.test_send import advanced, approved_by, effects, when_due

pytestmark = pytest.mark.django_db
State = Operation.State


class Killed(BaseException):
    """The process dies here."""


@contextmanager
def dies_after_the_answer(monkeypatch):
    """Let the process die between the provider's answer to a change and our taking note of it."""
    real = Wire.exchange

    def exchange(self, method, *arguments, **options):
        reply = real(self, method, *arguments, **options)
        if method == "PATCH":
            raise Killed
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(Wire, "exchange", exchange)
        yield


@contextmanager
def database_away(words: str):
    """Let the database break off at the first statement with these words."""

    def wrapper(execute, sql, params, many, context):
        if words in sql:
            raise OperationalError("the server closed the connection")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def hand_over(sandbox, account, customer) -> None:
    """Let the provider say that the account belongs to another customer."""
    sandbox.world._store.rows(
        "UPDATE entities SET parent = ?, updated_at = updated_at + 1000000 WHERE id = ?",
        str(customer.pk),
        str(account.pk),
    )


@pytest.mark.parametrize(
    "fault",
    [{"action": "malformed"}, {"action": "status", "code": 200, "effect": True}],
    ids=["truncated", "of another type"],
)
def test_o13_an_answer_nobody_can_read_is_replayed(programme, operator, sandbox, fault):
    sandbox.faults.add(operation="createAccount", **fault)
    operation = advanced(ask("create_account", programme.customer(), operator))
    assert (operation.state, operation.ambiguous) == (State.UNCERTAIN, True)
    operation = when_due(operation)
    assert operation.state == State.SUCCEEDED
    assert len(effects(sandbox, operation)) == 1


def test_o14_an_answer_about_another_entity_is_not_taken_over(programme, operator, sandbox, caplog):
    sandbox.faults.add(operation="createAccount", action="another_entity")
    with caplog.at_level(logging.ERROR):
        operation = advanced(ask("create_account", programme.customer(), operator))
    assert operation.state == State.UNCERTAIN
    assert operation.outcome.startswith("Needs attention")
    assert not Account.objects.exists()
    assert Discrepancy.objects.get(resolved_at=None).what == "answer"
    assert "needs attention" in caplog.text


def test_o14_what_people_noted_of_one_case_says_nothing_of_the_next(
    programme, operator, approver, sandbox
):
    customer = programme.customer()
    sandbox.faults.add(operation="createAccount", action="another_entity", times=1)
    when_due(advanced(ask("create_account", customer, operator)))
    confirm(propose(Discrepancy.objects.get(), "noted", operator), approver)
    sandbox.faults.add(operation="createAccount", action="another_entity", times=1)
    second = advanced(ask("create_account", customer, operator))
    assert str(second.key) in Discrepancy.objects.get(resolved_at=None).told


def test_o15_a_redirect_is_never_followed_and_leaves_doubt(programme, operator, sandbox, caplog):
    sandbox.faults.add(operation="deactivateAccount", action="status", code=302)
    with caplog.at_level(logging.ERROR):
        operation = advanced(ask("deactivate", programme.account(), operator))
    assert (operation.state, operation.ambiguous) == (State.UNCERTAIN, True)
    assert operation.outcome.startswith("Needs attention: the provider redirects us.")
    assert "needs attention" in caplog.text


def test_o16_a_worker_killed_with_the_answer_in_hand_loses_and_doubles_nothing(
    programme, operator, sandbox, monkeypatch
):
    operation = ask("deactivate", programme.account(), operator)
    with dies_after_the_answer(monkeypatch), pytest.raises(Killed):
        work.advance(operation.pk)
    operation.refresh_from_db()
    assert (operation.state, len(effects(sandbox, operation))) == (State.SENDING, 1)
    operation = when_due(when_due(operation))
    assert operation.state == State.SUCCEEDED
    assert len(effects(sandbox, operation)) == 1


def test_o17_an_approval_the_database_did_not_take_is_none(programme, operator, approver, sandbox):
    operation = ask("close", programme.account(), operator)
    browser = signed_in(approver)
    page = page_of(operation, "decide")
    form = fill_in(browser, page, decision="approve")
    with database_away('INSERT INTO "accounts_app_auditentry"'):
        answer = browser.post(page, form)
    assert answer.status_code == 503
    assert "Not saved, please repeat" in text_of(answer)
    operation.refresh_from_db()
    assert (operation.state, operation.key) == (State.REQUESTED, None)
    assert effects(sandbox, operation) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_o18_a_result_the_database_did_not_take_is_found_again(programme, operator, sandbox):
    operation = ask("deactivate", programme.account(), operator)
    with database_away('UPDATE "accounts_app_attempt"'):
        work.run_due()
    operation.refresh_from_db()
    assert (operation.state, len(effects(sandbox, operation))) == (State.SENDING, 1)
    operation = when_due(when_due(operation))
    assert operation.state == State.SUCCEEDED
    assert len(effects(sandbox, operation)) == 1


def test_o19_a_negative_is_not_believed_while_the_request_may_still_arrive(
    programme, operator, sandbox
):
    sandbox.faults.add(operation="deactivateAccount", action="status", code=500, times=3)
    operation = advanced(ask("deactivate", programme.account(), operator))
    window = operation.resend_deadline
    for _ in range(3):
        operation = when_due(operation)
    assert operation.negative_at is None
    assert operation.next_at >= window


def test_o19_what_did_not_apply_says_what_proved_it(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="kill_before")
    operation = advanced(ask("deactivate", programme.account(), operator))
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        operation = advanced(operation)
    operation = when_due(operation)
    assert operation.state == State.NOT_APPLIED
    assert operation.evidence["status"] == "active"
    assert operation.evidence["first_negative"] == operation.negative_at.isoformat()


def test_o20_no_second_creation_while_one_is_open(programme, operator, sandbox):
    sandbox.faults.add(operation="createAccount", action="kill_before")
    operation = advanced(ask("create_account", programme.customer(), operator))
    with pytest.raises(OperationOpen):
        ask("create_account", operation.customer, operator)


def test_o22_from_the_end_of_the_lease_on_nothing_leaves(programme, sandbox):
    account = programme.account()
    with pytest.raises(Unavailable) as refused:
        conf.client().send(
            changes.deactivate_account(account.pk),
            uuid4(),
            retries=0,
            not_after=datetime.now(UTC),
        )
    assert not refused.value.sent
    assert [row for row in sandbox.ledger() if row["after"] == "inactive"] == []


def test_o22_from_the_end_of_the_lease_on_no_challenge_is_fetched(programme):
    with pytest.raises(Unavailable) as refused:
        conf.client().fetch_account_challenge(programme.account().pk, not_after=datetime.now(UTC))
    assert not refused.value.sent


@pytest.mark.sandbox(signature_age_seconds=60)
def test_o22_a_signature_that_lay_about_is_refused(programme, operator, sandbox, monkeypatch):
    real = Wire.exchange

    def thawed(self, method, path, headers, body, **options):
        if method != "PATCH":
            return real(self, method, path, headers, body, **options)
        with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=True):
            return real(self, method, path, headers, body, **options)

    monkeypatch.setattr(Wire, "exchange", thawed)
    operation = advanced(ask("deactivate", programme.account(), operator))
    assert operation.state != State.SUCCEEDED
    assert effects(sandbox, operation) == []


def test_every_outcome_says_what_proved_it(programme, operator, approver):
    deactivated = advanced(ask("deactivate", programme.account(), operator))
    closed = advanced(approved_by(approver, ask("close", programme.account(), operator)))
    for operation in (deactivated, closed):
        assert operation.evidence["status"] == operation.status_after
        entry = AuditEntry.objects.get(operation=operation, action__endswith=".succeeded")
        assert entry.after["evidence"] == operation.evidence


def test_an_operation_the_provider_contradicts_is_for_people(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="kill_before")
    operation = advanced(ask("deactivate", account, operator))
    hand_over(sandbox, account, programme.customer())
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        operation = advanced(operation)
    assert operation.state == State.NEEDS_HUMAN
    assert (
        operation.outcome == "Needs attention. The provider contradicts itself about the account."
    )
