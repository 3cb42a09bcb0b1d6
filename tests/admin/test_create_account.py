"""Opening an account for a customer, from the form to the challenge that comes back."""

import pytest

from accounts_app.models import Challenge, Operation
from accounts_app.services import challenges
from tests.admin.pages import ask, ask_address, page_of, signed_in, text_of


@pytest.fixture
def customer(programme):
    """A customer for whom an account can be opened."""
    return programme.customer()


def test_opening_an_account_gives_an_account_and_a_challenge(customer, operator):
    answer = ask(operator, customer, "create_account", currency="EUR")
    operation = Operation.objects.get()
    assert answer["Location"] == page_of(operation)
    assert operation.state == Operation.State.SUCCEEDED
    account = customer.accounts.get()
    assert (operation.account, account.status) == (account, "initiating")
    assert challenges.current(account) is not None


def test_its_page_leads_to_the_account_and_the_challenge(customer, operator):
    ask(operator, customer, "create_account", currency="EUR")
    operation = Operation.objects.get()
    page = signed_in(operator).get(page_of(operation)).content.decode()
    assert "The new account" in page
    assert ask_address(operation.account, "sign_challenge") in page


def test_the_account_page_hands_the_challenge_out(customer, operator):
    ask(operator, customer, "create_account", currency="EUR")
    account = customer.accounts.get()
    page = text_of(signed_in(operator).get(f"/admin/accounts_app/account/{account.pk}/change/"))
    assert "Hand this text to the account's owner" in page
    assert " ".join(challenges.decoded(Challenge.objects.get()).split()) in page


def test_a_currency_that_is_not_offered_is_refused(customer, operator):
    answer = ask(operator, customer, "create_account", currency="XXX")
    assert "Select a valid choice" in text_of(answer)
    assert not Operation.objects.exists()


def test_a_rejected_customer_gets_no_account(programme, operator):
    customer = programme.customer("rejected")
    page = text_of(signed_in(operator).get(ask_address(customer, "create_account")))
    assert "needs the customer to be active; it is rejected" in page
