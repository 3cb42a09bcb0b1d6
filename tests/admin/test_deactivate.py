"""Deactivating an account, whole: the page, the provider, the mirror, and what was recorded."""

import json

import pytest
from django.contrib.admin.models import LogEntry

from accounts_app.models import AuditEntry, Operation
from tests.admin.pages import ask, ask_address, fill_in, page_of, signed_in, text_of
from tests.factories import ask as ask_directly


@pytest.fixture
def account(programme):
    """An active account with an active card."""
    account = programme.account()
    programme.card(account)
    return account


def test_deactivating_an_account_deactivates_it_and_its_card(account, operator):
    answer = ask(operator, account, "deactivate")
    operation = Operation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(operation))
    account.refresh_from_db()
    assert operation.state == Operation.State.SUCCEEDED
    assert (account.status, account.cards.get().status) == ("inactive", "inactive")


def test_the_provider_saw_exactly_one_change(account, operator, sandbox):
    ask(operator, account, "deactivate")
    keys = [line["key"] for line in sandbox.ledger() if line["id"] == str(account.pk)]
    assert [key for key in keys if key] == [str(Operation.objects.get().key)]


def test_the_page_says_what_will_happen_to_what(account, operator):
    page = text_of(signed_in(operator).get(ask_address(account, "deactivate")))
    assert "The account stops working until it is reactivated." in page
    assert "it is sent to the provider at once" in page
    assert str(account.pk) in page
    assert "last confirmed" in page
    assert account.cards.get().masked_pan in page


def test_the_history_keeps_who_and_why(account, operator):
    ask(operator, account, "deactivate", reason="Card reported lost", reference="CASE-7")
    first = AuditEntry.objects.order_by("sequence").first()
    assert (first.actor, first.reason) == (operator, "Card reported lost")
    assert Operation.objects.get().reference == "CASE-7"
    line = LogEntry.objects.filter(object_id=str(account.pk)).last()
    assert json.loads(line.change_message)["reason"] == "Card reported lost"


def test_without_a_reason_nothing_is_asked_for(account, operator):
    answer = ask(operator, account, "deactivate", reason="  ", reference="CASE-7")
    assert "Say why" in text_of(answer)
    assert "CASE-7" in answer.content.decode()
    assert not Operation.objects.exists()


def test_an_inactive_account_cannot_be_deactivated(programme, operator):
    account = programme.account("inactive")
    page = text_of(signed_in(operator).get(ask_address(account, "deactivate")))
    assert "needs the account to be active; it is inactive" in page
    assert "Back to the account" in page


def test_an_open_operation_is_named_and_linked(account, operator, approver):
    ask(approver, account, "close", confirmation=str(account.pk))
    page = signed_in(operator).get(ask_address(account, "deactivate"))
    assert "was already requested by approver" in text_of(page)
    assert page_of(Operation.objects.get()) in page.content.decode()


def test_a_request_that_comes_second_keeps_its_entries_and_is_told(account, operator, approver):
    browser, address = signed_in(operator), ask_address(account, "deactivate")
    form = fill_in(browser, address, reason="Mine came second")
    ask_directly("close", account, approver)
    answer = browser.post(address, form)
    assert "was already requested by approver" in text_of(answer)
    assert "Mine came second" in answer.content.decode()


def test_an_unknown_kind_or_account_is_not_found(account, operator):
    browser = signed_in(operator)
    address = ask_address(account, "deactivate").replace("deactivate", "explode")
    assert browser.get(address).status_code == 404
    other = ask_address(account, "deactivate").replace(str(account.pk), str(account.customer_id))
    assert browser.get(other).status_code == 404
