"""A whole customer stopped and brought back, with every account and card they have."""

import pytest

from accounts_app.errors import StaleView, WrongState
from accounts_app.models import Customer, Operation
from accounts_app.services import refresh
from accounts_app.services.catalogue import KINDS
from tests.factories import Programme, ask
from tests.services.test_send import advanced, approved_by, effects, when_due
from tests.services.test_settle import after_the_window

State = Operation.State


def family(programme: Programme, status: str = "active") -> Customer:
    """Return a customer in this state with an account and a card."""
    customer = programme.customer()
    card = programme.card(programme.account(customer=customer))
    if status != "active":
        programme.sandbox.world.change("customer", str(customer.pk), status)
    refresh.customer(customer.pk, source="sync")
    refresh.below(customer, source="sync")
    return Customer.objects.get(pk=card.account.customer_id)


def statuses(customer: Customer) -> set[str]:
    """Return the statuses of the customer and of all that hangs from them, as mirrored."""
    customer.refresh_from_db()
    account = customer.accounts.get()
    return {customer.status, account.status, account.cards.get().status}


def reactivation(customer: Customer, operator, approver) -> Operation:
    """Ask for the customer's reactivation, and have a second person agree."""
    return approved_by(approver, ask("reactivate_customer", customer, operator))


def test_a_deactivation_reads_all_that_followed(programme, operator):
    customer = family(programme)
    operation = advanced(ask("deactivate_customer", customer, operator))
    assert (operation.state, statuses(customer)) == (State.SUCCEEDED, {"inactive"})


def test_a_reactivation_reads_all_that_came_back(programme, operator, approver):
    customer = family(programme, "inactive")
    operation = advanced(reactivation(customer, operator, approver))
    assert (operation.state, statuses(customer)) == (State.SUCCEEDED, {"active"})


def test_a_lost_deactivation_is_one_change(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateCustomer", action="drop_reply", times=1)
    operation = when_due(advanced(ask("deactivate_customer", programme.customer(), operator)))
    assert (operation.state, len(effects(sandbox, operation))) == (State.SUCCEEDED, 1)


def test_a_lost_reactivation_is_one_change(programme, operator, approver, sandbox):
    sandbox.faults.add(operation="activateCustomer", action="drop_reply", times=1)
    operation = reactivation(programme.customer("inactive"), operator, approver)
    operation = when_due(advanced(operation))
    assert (operation.state, len(effects(sandbox, operation))) == (State.SUCCEEDED, 1)


def test_what_never_arrived_is_not_applied(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateCustomer", action="kill_before", times=1)
    operation = advanced(ask("deactivate_customer", programme.customer(), operator))
    assert when_due(after_the_window(operation)).state == State.NOT_APPLIED


def test_followers_that_cannot_be_read_are_said_and_change_nothing(programme, operator, sandbox):
    customer = family(programme)
    sandbox.faults.add(operation="listCustomerAccounts", action="status", code=500, times=9)
    operation = advanced(ask("deactivate_customer", customer, operator))
    assert operation.state == State.SUCCEEDED
    assert "Its accounts and cards could not be read" in operation.outcome


def test_a_refusal_fails_with_its_reason(programme, operator, sandbox):
    customer = programme.customer()
    operation = ask("deactivate_customer", customer, operator)
    sandbox.world.change("customer", str(customer.pk), "rejected")
    assert advanced(operation).state == State.FAILED


def test_a_customer_who_was_rejected_is_not_brought_back(programme, operator, approver, sandbox):
    customer = family(programme, "inactive")
    operation = reactivation(customer, operator, approver)
    sandbox.world.change("customer", str(customer.pk), "rejected")
    operation = advanced(operation)
    assert (operation.state, operation.attempts_made) == (State.STALE, 0)


def test_two_people_bring_back_and_one_stops():
    assert KINDS["reactivate_customer"].needs_checker
    assert not KINDS["deactivate_customer"].needs_checker


def test_the_whole_cascade_is_kept_as_it_was_seen(programme, operator):
    customer = family(programme)
    account = customer.accounts.get()
    seen = ask("deactivate_customer", customer, operator).seen
    assert seen["accounts"] == {str(account.pk): "active"}
    assert seen["cards"] == {str(account.cards.get().pk): "active"}


def test_a_stale_page_is_refused(programme, operator):
    customer = programme.customer()
    with pytest.raises(StaleView, match="The customer changed"):
        ask("deactivate_customer", customer, operator, revision=customer.revision - 1)


def test_the_state_must_allow_it(programme, operator):
    with pytest.raises(WrongState, match="needs the customer to be active; it is verifying"):
        ask("deactivate_customer", programme.customer("verifying"), operator)
