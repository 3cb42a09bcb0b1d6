"""Closing an account for good: said plainly, confirmed by typing, agreed to by a second person."""

import pytest

from accounts_app.models import Operation
from tests.admin.pages import ask, ask_address, hidden_of, page_of, signed_in, text_of


@pytest.fixture
def account(programme):
    """An active account with a card."""
    account = programme.account()
    programme.card(account)
    return account


def request_of(operator, account) -> Operation:
    """Ask to close the account as its page wants it."""
    ask(operator, account, "close", confirmation=str(account.pk))
    return Operation.objects.get()


def decide(person, operation, decision, **entries):
    """Decide on the decide page."""
    browser, address = signed_in(person), page_of(operation, "decide")
    return browser.post(
        address, {**hidden_of(browser.get(address)), "decision": decision, **entries}
    )


def test_two_people_close_an_account_and_its_card(account, operator, approver):
    operation = request_of(operator, account)
    assert operation.state == Operation.State.REQUESTED
    decide(approver, operation, "approve")
    account.refresh_from_db()
    operation.refresh_from_db()
    assert (operation.state, account.status) == (Operation.State.SUCCEEDED, "closed")
    assert account.cards.get().status in ("inactive", "terminated")


def test_the_page_says_it_is_final_and_lists_the_cards(account, operator):
    page = text_of(signed_in(operator).get(ask_address(account, "close")))
    assert "This is final. Closing cannot be undone by anybody" in page
    assert "A second person must agree" in page
    assert account.cards.get().masked_pan in page


@pytest.mark.parametrize("typed", ["", "yes", "00000000-0000-0000-0000-000000000000"])
def test_without_the_right_id_nothing_is_asked_for(account, operator, typed):
    answer = ask(operator, account, "close", confirmation=typed)
    assert f"Type the account id {account.pk} to confirm" in text_of(answer)
    assert "id_confirmation_error" in answer.content.decode()
    assert not Operation.objects.exists()


def test_nothing_reaches_the_provider_before_the_second_person(account, operator, sandbox):
    before = len(sandbox.ledger())
    request_of(operator, account)
    assert len(sandbox.ledger()) == before


def test_its_page_tells_what_the_cards_were_and_are(account, operator, approver):
    operation = request_of(operator, account)
    decide(approver, operation, "approve")
    page = text_of(signed_in(operator).get(page_of(operation)))
    assert "Virtual card" in page
    assert "The account is closed" in page
