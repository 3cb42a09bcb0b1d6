"""Looking for the effect: only what this operation can have brought about counts as its own."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app.models import Operation
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
