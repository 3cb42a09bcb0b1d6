"""Looking for the effect: only what this operation can have brought about counts as its own."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app.models import Operation, Source
from accounts_app.services import refresh
from sandbox.ledger import PROVIDER
from tests.factories import ask
from tests.services.test_send import advanced, when_due
from tests.services.test_settle import after_the_window

State = Operation.State


def ago(**time: float) -> time_machine.travel:
    """Be there so long ago."""
    return time_machine.travel(timezone.now() - timedelta(**time), tick=True)


@pytest.fixture
def customer(programme):
    """A customer without accounts."""
    return programme.customer()


@pytest.fixture
def never_arrived(sandbox):
    """Let the next creation get lost on its way to the provider."""
    sandbox.faults.add(operation="createAccount", action="kill_before", times=1)


def settled(operation: Operation) -> Operation:
    """Let the window pass, and look as often as is needed to believe that nothing happened."""
    return when_due(after_the_window(operation))


@pytest.mark.usefixtures("never_arrived")
def test_an_account_of_another_currency_is_not_the_one_asked_for(customer, operator, sandbox):
    operation = advanced(ask("create_account", customer, operator))
    with sandbox.world._store.transaction():
        sandbox.world.create_account(str(customer.pk), ["USD"], PROVIDER)
    assert settled(operation).state == State.NOT_APPLIED


@pytest.mark.usefixtures("never_arrived")
def test_an_account_made_long_before_is_not_the_one_asked_for(customer, operator, sandbox):
    with ago(hours=1):
        sandbox.world.add_account(str(customer.pk))
    operation = advanced(ask("create_account", customer, operator))
    assert settled(operation).state == State.NOT_APPLIED


def test_an_account_another_operation_opened_is_not_the_one_asked_for(customer, operator, sandbox):
    assert advanced(ask("create_account", customer, operator)).state == State.SUCCEEDED
    sandbox.faults.add(operation="createAccount", action="kill_before", times=1)
    # Clocks differ: by this one it was sent before the first account was seen.
    with ago(seconds=60):
        operation = advanced(ask("create_account", customer, operator))
    assert settled(operation).state == State.NOT_APPLIED


def test_what_was_so_before_we_sent_is_not_our_doing(programme, operator, sandbox):
    with ago(days=2):
        account = programme.account()
    with ago(days=1):
        sandbox.world.change("account", str(account.pk), "inactive")
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=9)
    operation = advanced(ask("deactivate", account, operator))
    assert settled(operation).state == State.NOT_APPLIED


@pytest.mark.usefixtures("never_arrived")
def test_a_customer_the_provider_does_not_show_proves_nothing(customer, operator, sandbox):
    operation = advanced(ask("create_account", customer, operator))
    sandbox.faults.add(operation="listCustomerAccounts", action="status", code=404, times=None)
    operation = settled(operation)
    assert operation.state == State.UNCERTAIN
    assert "does not show this customer" in operation.outcome


@pytest.fixture
def unseen_once(programme, operator, sandbox) -> Operation:
    """A deactivation that never arrived, after the first look that showed no effect."""
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=9)
    return after_the_window(advanced(ask("deactivate", programme.account(), operator)))


def test_o19_a_second_look_that_comes_early_proves_nothing(unseen_once):
    assert unseen_once.negative_at is not None
    with time_machine.travel(unseen_once.negative_at + timedelta(minutes=9), tick=True):
        Operation.objects.update(next_at=timezone.now())
        operation = advanced(unseen_once)
    assert operation.state == State.UNCERTAIN
    assert operation.next_at >= unseen_once.negative_at + timedelta(minutes=10)


def test_an_account_the_provider_does_not_show_proves_nothing(unseen_once, sandbox):
    sandbox.faults.add(operation="getAccount", action="status", code=404, times=99)
    operation = when_due(when_due(unseen_once))
    assert operation.state == State.UNCERTAIN
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        assert advanced(operation).state == State.NEEDS_HUMAN


def test_an_effect_that_came_and_went_is_never_called_not_applied(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(
        operation="deactivateAccount", action="status", code=504, effect=True, stored=True
    )
    operation = advanced(ask("deactivate", account, operator))
    sandbox.world.change("account", str(account.pk), "active")
    operation = settled(operation)
    assert operation.state == State.UNCERTAIN
    assert "the effect may have come and gone" in operation.outcome
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        assert advanced(operation).state == State.NEEDS_HUMAN


def test_what_changed_before_the_sending_does_not_hide_that_nothing_happened(
    programme, operator, sandbox
):
    account = programme.account()
    sandbox.world.change("account", str(account.pk), "inactive")
    sandbox.world.change("account", str(account.pk), "active")
    refresh.account(account.pk, source=Source.REFRESH)
    account.refresh_from_db()
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=9)
    operation = advanced(ask("deactivate", account, operator))
    assert settled(operation).state == State.NOT_APPLIED


@pytest.mark.parametrize("trouble", [{"action": "status", "code": 404}, {"action": "malformed"}])
def test_cards_that_cannot_be_read_leave_a_proof_a_proof(programme, operator, sandbox, trouble):
    sandbox.faults.add(operation="listAccountCards", times=None, **trouble)
    operation = advanced(ask("deactivate", programme.account(), operator))
    assert operation.state == State.SUCCEEDED
    assert operation.outcome == (
        "Done. The account is inactive. Its cards could not be read; the next full comparison does."
    )
