"""What reaches everything below a customer or an account stands in the way there as well."""

import pytest

from accounts_app.errors import OperationOpen
from accounts_app.models import Account, Card, Customer, Operation
from tests.factories import ask
from tests.faults.together import at_once, refused
from tests.services.test_send import advanced, approved_by

FAMILY = tuple[Customer, Account, Card]


@pytest.fixture
def family(programme) -> FAMILY:
    """A customer with one account and one card, all active."""
    card = programme.card(programme.account())
    return card.account.customer, card.account, card


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("deactivate_customer", "close"),
        ("deactivate_customer", "deactivate_card"),
        ("close", "deactivate_customer"),
        ("close", "terminate_card"),
        ("terminate_card", "deactivate"),
        ("terminate_card", "deactivate_customer"),
    ],
)
def test_two_that_reach_the_same_are_not_open_together(family, operator, approver, first, second):
    targets = {
        "deactivate_customer": 0,
        "close": 1,
        "deactivate": 1,
        "deactivate_card": 2,
        "terminate_card": 2,
    }
    ask(first, family[targets[first]], operator)
    with pytest.raises(OperationOpen, match="was already requested by operator") as refusal:
        ask(second, family[targets[second]], approver)
    assert str(family[targets[first]].pk)[:8] in refusal.value.message


@pytest.mark.parametrize(
    ("first", "second"), [("create_account", "deactivate_customer"), ("close", "create_account")]
)
def test_what_opens_something_new_is_in_nobodys_way(family, operator, first, second):
    customer, account, _ = family
    ask(first, account if first == "close" else customer, operator)
    assert ask(second, customer, operator).is_open


def test_another_account_of_the_customer_goes_on(programme, family, operator):
    customer, account, _ = family
    ask("close", account, operator)
    assert ask("deactivate", programme.account(customer=customer), operator).is_open


@pytest.mark.sandbox(close_needs_signature=True)
@pytest.mark.parametrize("kind", ["deactivate_customer", "deactivate_card"])
def test_a_close_that_waits_for_its_owner_keeps_nobody_unprotected(
    family, operator, approver, kind
):
    customer, account, card = family
    waiting = advanced(approved_by(approver, ask("close", account, operator)))
    assert waiting.state == Operation.State.ACCEPTED
    target = customer if kind == "deactivate_customer" else card
    assert advanced(ask(kind, target, operator)).state == Operation.State.SUCCEEDED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_at_once_one_is_told_of_the_other(family, operator, approver):
    """The second waits for the customer's row, and then finds the first one open."""
    customer, account, _ = family
    answers = at_once(
        lambda: ask("deactivate_customer", customer, operator),
        lambda: ask("close", account, approver),
    )
    assert (refused(answers), Operation.objects.count()) == (["OperationOpen"], 1)
