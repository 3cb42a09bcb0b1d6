"""Deactivating several accounts with one page and one reason."""

import pytest

from accounts_app import work
from accounts_app.models import Operation, Source
from accounts_app.services import refresh
from tests.admin.pages import hidden_of, page_of, signed_in, text_of
from tests.factories import ask

LIST = "/admin/accounts_app/account/"


def ticked(accounts):
    """Return the list's form with these accounts ticked."""
    return {
        "action": "deactivate_selected",
        "_selected_action": [str(account.pk) for account in accounts],
        "index": "0",
    }


def confirmed(page, **entries):
    """Return the confirmation page's form as it would be sent."""
    return {**hidden_of(page), "reason": "Pattern 17", **entries}


@pytest.fixture
def accounts(programme):
    """Three active accounts of one customer, one with a card."""
    customer = programme.customer()
    accounts = [programme.account(customer=customer) for _ in range(3)]
    programme.card(accounts[0])
    return accounts


def test_each_ticked_account_gets_an_operation_of_its_own(accounts, operator):
    browser = signed_in(operator)
    page = browser.post(LIST, ticked(accounts))
    result = browser.post(LIST, confirmed(page))
    made = Operation.objects.all()
    assert {operation.account for operation in made} == set(accounts)
    assert {operation.reason for operation in made} == {"Pattern 17"}
    assert all(page_of(operation) in result.content.decode() for operation in made)


def test_the_worker_sends_them(accounts, operator):
    browser = signed_in(operator)
    browser.post(LIST, confirmed(browser.post(LIST, ticked(accounts))))
    assert set(Operation.objects.values_list("state", flat=True)) == {"approved"}
    work.run_due()
    assert set(Operation.objects.values_list("state", flat=True)) == {"succeeded"}


def test_the_page_tells_what_would_happen_to_each(accounts, programme, operator, approver):
    ask("close", accounts[1], approver)
    stopped = programme.account("inactive")
    page = text_of(signed_in(operator).post(LIST, ticked([*accounts, stopped])))
    assert "2 will be asked for, 2 cannot be" in page
    assert "Deactivated, with 1 card" in page
    assert "was already requested by approver" in page
    assert "it is inactive" in page
    assert not Operation.objects.filter(kind="deactivate").exists()


def test_the_page_sent_twice_asks_once(accounts, operator):
    browser = signed_in(operator)
    form = confirmed(browser.post(LIST, ticked(accounts)))
    browser.post(LIST, form)
    again = browser.post(LIST, form)
    assert Operation.objects.count() == 3
    assert "3 asked for" in text_of(again)


def test_a_reason_is_needed(accounts, operator):
    browser = signed_in(operator)
    page = browser.post(LIST, ticked(accounts))
    answer = browser.post(LIST, confirmed(page, reason=""))
    assert "Say why" in text_of(answer)
    assert hidden_of(answer)["form_number"] == hidden_of(page)["form_number"]
    assert not Operation.objects.exists()


def test_an_account_that_changed_meanwhile_is_refused_and_the_rest_goes_on(
    accounts, operator, sandbox
):
    browser = signed_in(operator)
    form = confirmed(browser.post(LIST, ticked(accounts)))
    sandbox.world.change("account", str(accounts[0].pk), "inactive")
    refresh.account(accounts[0].pk, source=Source.REFRESH)
    result = browser.post(LIST, form)
    assert "2 asked for, 1 refused" in text_of(result)
    assert "The account changed since you opened this page" in text_of(result)


def test_more_than_the_limit_are_refused(accounts, operator, settings):
    settings.BULK_LIMIT = 2
    answer = signed_in(operator).post(LIST, ticked(accounts), follow=True)
    assert "Deactivate at most 2 at a time." in text_of(answer)


def test_those_who_may_not_ask_are_not_offered_it(accounts, viewer):
    browser = signed_in(viewer)
    assert "deactivate_selected" not in browser.get(LIST).content.decode()
    browser.post(LIST, {**ticked(accounts), "confirmed": "yes", "reason": "x"}, follow=True)
    assert not Operation.objects.exists()


@pytest.mark.parametrize("kind", ["close", "reactivate"])
def test_what_needs_two_people_is_not_offered_for_many(accounts, approver, kind):
    assert f'value="{kind}' not in signed_in(approver).get(LIST).content.decode()
