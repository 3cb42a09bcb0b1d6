"""What a sleeping worker, a hiding provider and a lost answer must not bring about."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts_app import work
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Account, Challenge, Operation
from accounts_app.services import challenges, sending
from tests.factories import ask
from tests.guarded import alter
from tests.services.test_send import advanced, approved_by, effects, when_due
from tests.services.test_sign import account, signature_of, submit  # noqa: F401 -- a fixture

State = Operation.State


def test_o22_a_worker_that_slept_past_its_lease_sends_nothing(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    sleeper = Operation.objects.get(pk=operation.pk)
    sending._claim(sleeper)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=4), tick=True),
        pytest.raises(AlreadyMoved),
    ):
        sending._begin(sleeper)


def test_a_worker_whose_operation_was_taken_over_sends_nothing(programme, operator, sandbox):
    operation = ask("deactivate", programme.account(), operator)
    sleeper = Operation.objects.get(pk=operation.pk)
    sending._claim(sleeper)
    when_due(sleeper)
    with pytest.raises(AlreadyMoved):
        sending._begin(sleeper)
    assert effects(sandbox, operation) == []


def test_after_being_told_to_wait_the_roles_are_checked_again(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="status", code=429, retry_after=5)
    operation = advanced(ask("deactivate", programme.account(), operator))
    operator.groups.remove(Group.objects.get(name="operator"))
    assert when_due(operation).state == State.STALE


def test_an_account_the_provider_does_not_show_is_not_closed(
    programme, operator, approver, sandbox
):
    operation = approved_by(approver, ask("close", programme.account(), operator))
    sandbox.faults.add(operation="getAccount", action="status", code=404)
    operation = advanced(operation)
    assert (operation.state, effects(sandbox, operation)) == (State.STALE, [])


def test_one_404_after_an_acceptance_is_looked_into_again(programme, operator, sandbox):
    operation = ask("deactivate", programme.account(), operator)
    sandbox.faults.add(operation="getAccount", action="status", code=404)
    operation = advanced(operation)
    assert operation.state == State.ACCEPTED
    assert when_due(operation).state == State.SUCCEEDED


@pytest.mark.sandbox(change_seconds=10**6)
def test_o21_what_was_accepted_never_ends_as_not_applied(programme, operator):
    operation = advanced(ask("deactivate", programme.account(), operator))
    for hours in (2, 4, 6, 26):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
            operation = advanced(operation)
    assert operation.state == State.NEEDS_HUMAN


def test_a_row_that_cannot_be_worked_on_is_not_due_at_once(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    alter(Operation.objects.filter(pk=operation.pk), kind="no such kind")
    work.run_due()
    assert not work.run_due()


def test_a_fetch_that_never_left_keeps_the_challenge(account, operator, settings):  # noqa: F811
    waiting = challenges.current(account)
    operation = ask("refetch_challenge", account, operator)
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"
    assert advanced(operation).state == State.FAILED
    assert challenges.current(account) == waiting


def test_refused_credentials_keep_the_challenge(account, operator, sandbox):  # noqa: F811
    sandbox.faults.add(operation="signAccountChallenge", action="status", code=403, effect=False)
    assert submit(account, operator, signature_of(account, sandbox)).state == State.FAILED
    assert challenges.current(account) is not None


def test_a_signature_proven_by_a_look_ends_its_challenge(account, operator, sandbox):  # noqa: F811
    sandbox.faults.add(operation="signAccountChallenge", action="drop_reply")
    operation = submit(account, operator, signature_of(account, sandbox))
    with time_machine.travel(timezone.now() + timedelta(minutes=44), tick=True):
        assert advanced(operation).state == State.SUCCEEDED
    assert Challenge.objects.get().state == Challenge.State.SIGNED


def test_a_replayed_creation_does_not_bring_back_a_void_challenge(programme, operator, sandbox):
    customer = programme.customer()
    sandbox.faults.add(operation="createAccount", action="drop_reply")
    operation = advanced(ask("create_account", customer, operator))
    made = sandbox.world.snapshot()["account"][0]
    programme_account = programme.read_account(made["id"])
    work.advance(ask("refetch_challenge", programme_account, operator).pk)
    newer = challenges.current(programme_account)
    assert when_due(operation).state == State.SUCCEEDED
    assert challenges.current(Account.objects.get()) == newer
