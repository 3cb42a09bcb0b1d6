"""A close that waits for its owner's signature: the account can be protected, the wait ended."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from accounts_app import audit, work
from accounts_app.errors import AlreadyMoved, OperationOpen, StaleView, WrongState
from accounts_app.models import Account, Challenge, Operation
from accounts_app.services import challenges, operations, subjects
from tests.factories import ask
from tests.services.stuck import confirm, propose
from tests.services.test_send import advanced, approved_by, when_due
from tests.services.test_sign import signature_of, submit

pytestmark = pytest.mark.sandbox(close_needs_signature=True)
State = Operation.State


@pytest.fixture
def waiting(programme, operator, approver) -> Operation:
    """A close that the provider accepted an hour ago and whose owner has not signed."""
    operation = advanced(approved_by(approver, ask("close", programme.account(), operator)))
    sent = {
        name: F(name) - timedelta(hours=1)
        for name in ("first_sent_at", "last_sent_at", "resend_deadline")
    }
    Operation.objects.filter(pk=operation.pk).update(**sent)
    return now(operation)


def now(operation: Operation) -> Operation:
    """Return the operation as it is now."""
    return Operation.objects.get(pk=operation.pk)


def account_of(operation: Operation) -> Account:
    """Return its account as it is now."""
    return Account.objects.get(pk=operation.account_id)


def test_the_account_can_be_deactivated_meanwhile(waiting, operator):
    operation = advanced(ask("deactivate", account_of(waiting), operator))
    assert (operation.state, account_of(waiting).status) == (State.SUCCEEDED, "inactive")
    assert when_due(waiting).state == State.ACCEPTED


def test_the_close_still_ends_with_the_signature(waiting, operator, sandbox):
    advanced(ask("deactivate", account_of(waiting), operator))
    account = account_of(waiting)
    submit(account, operator, signature_of(account, sandbox))
    assert when_due(waiting).state == State.SUCCEEDED
    assert account_of(waiting).status == "closed"


def test_h01_it_is_deactivated_once(waiting, operator, approver):
    first = ask("deactivate", account_of(waiting), operator)
    with pytest.raises(OperationOpen) as refusal:
        ask("deactivate", account_of(waiting), approver)
    assert refusal.value.details["operation"] == first


def test_h03_the_same_form_asks_once(waiting, operator):
    first = ask("deactivate", account_of(waiting), operator)
    again = ask("deactivate", account_of(waiting), operator, form_number=first.form_number)
    assert again == first


@pytest.mark.parametrize("kind", ["reactivate", "close"])
def test_h02_nothing_else_can_be_asked_for(waiting, operator, kind):
    with pytest.raises(OperationOpen, match="two people can end the wait"):
        ask(kind, account_of(waiting), operator)


def test_a_close_that_does_not_wait_yet_blocks_the_account(programme, operator):
    account = programme.account()
    ask("close", account, operator)
    with pytest.raises(OperationOpen, match="Only one operation"):
        ask("deactivate", account, operator)


def test_while_the_signature_is_on_its_way_the_account_is_blocked(waiting, operator, sandbox):
    account = account_of(waiting)
    fields = {"signature": signature_of(account, sandbox)}
    ask("sign_challenge", account, operator, fields=fields)
    with pytest.raises(OperationOpen):
        ask("deactivate", account, operator)
    assert subjects.verdicts_for(waiting) == ()


def test_after_the_wait_was_ended_a_deactivation_still_blocks_the_rest(waiting, operator, approver):
    account = account_of(waiting)
    ask("deactivate", account, operator)
    confirm(propose(waiting, "not_applied", operator), approver)
    with pytest.raises(OperationOpen, match="Deactivate was already requested"):
        ask("close", account_of(waiting), operator)


def test_two_people_end_the_wait(waiting, operator, approver):
    confirm(propose(waiting, "not_applied", operator), approver)
    ended = now(waiting)
    assert (ended.state, ended.is_open) == (State.NOT_APPLIED, False)
    assert ended.evidence["provider"]["status"] == "active"
    assert audit.verify() is None


def test_then_its_challenge_is_handed_out_no_more(waiting, operator, approver):
    confirm(propose(waiting, "not_applied", operator), approver)
    assert challenges.current(account_of(waiting)) is None
    assert Challenge.objects.get().state == "replaced"


def test_then_the_account_takes_operations_again(waiting, operator, approver):
    confirm(propose(waiting, "not_applied", operator), approver)
    again = ask("close", account_of(waiting), operator)
    assert (again.earlier, again.lane) == (waiting, waiting.lane)


def test_the_wait_is_not_ended_against_what_the_provider_shows(
    waiting, operator, approver, sandbox
):
    proposal = propose(waiting, "not_applied", operator)
    sandbox.world.change("account", str(waiting.account_id), "closed")
    with pytest.raises(WrongState, match="shows the effect"):
        confirm(proposal, approver)
    assert when_due(waiting).state == State.SUCCEEDED


def test_a_signature_that_comes_after_the_proposal_counts(waiting, operator, approver, sandbox):
    proposal = propose(waiting, "not_applied", operator)
    account = account_of(waiting)
    ask("sign_challenge", account, operator, fields={"signature": signature_of(account, sandbox)})
    with pytest.raises(StaleView, match="has changed since it was proposed"):
        confirm(proposal, approver)
    assert now(waiting).state == State.ACCEPTED


def test_what_just_left_is_not_declared_void(programme, operator, approver):
    fresh = advanced(approved_by(approver, ask("close", programme.account(), operator)))
    with pytest.raises(WrongState, match="may still arrive"):
        propose(fresh, "not_applied", operator)


def test_nobody_declares_a_waiting_close_done(waiting):
    assert subjects.verdicts_for(waiting) == ("not_applied",)


def test_a_creation_waits_for_nobody(programme, operator):
    operation = advanced(ask("create_account", programme.customer(), operator))
    with pytest.raises(AlreadyMoved):
        propose(operation, "not_applied", operator)


def test_a_close_whose_account_vanished_comes_to_people(waiting, sandbox):
    sandbox.faults.add(operation="getAccount", action="status", code=404, times=None)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert advanced(waiting).state == State.UNCERTAIN
    with time_machine.travel(timezone.now() + timedelta(hours=26), tick=True):
        assert advanced(waiting).state == State.NEEDS_HUMAN


def test_an_owner_may_take_longer_than_a_day(waiting):
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        work.run_due()
    assert now(waiting).state == State.ACCEPTED


def test_the_maker_of_the_form_keeps_it_to_themselves(waiting, operator, approver):
    first = ask("deactivate", account_of(waiting), operator)
    with pytest.raises(StaleView):
        ask("deactivate", account_of(waiting), approver, form_number=first.form_number)
    assert operations.digest_of(first) == first.digest
