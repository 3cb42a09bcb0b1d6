"""A customer's own page: who it is, the accounts, and opening another."""

import pytest

from accounts_app.models import Account, Customer
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import ask_address, signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db


def page(person, customer):
    return signed_in(person).get(address(Customer, "change", customer.pk))


def test_the_page_tells_who_the_customer_is(viewer):
    customer = rows.customer(externalId="crm-00078")
    text = text_of(page(viewer, customer))
    for told in (str(customer.pk), "crm-…78", "eip155:324:0x00…", "● active"):
        assert told in text


def test_the_accounts_are_listed(viewer):
    customer = rows.customer()
    accounts = [rows.account(customer), rows.account(customer, status="closed")]
    html = page(viewer, customer).content.decode()
    assert all(address(Account, "change", account.pk) in html for account in accounts)
    assert "■ closed" in text_of(html)


def test_a_customer_without_accounts_is_told_to_have_none(viewer):
    assert "The customer has no account." in text_of(page(viewer, rows.customer()))


def test_an_operator_may_open_an_account(operator):
    customer = rows.customer()
    assert ask_address(customer, "create_account") in page(operator, customer).content.decode()


def test_a_rejected_customer_gets_no_account(operator):
    customer = rows.customer(status="rejected")
    assert "/ask/" not in page(operator, customer).content.decode()


def test_an_account_being_opened_stands_in_place_of_the_button(operator):
    customer = rows.customer()
    ask("create_account", customer, operator)
    answer = page(operator, customer)
    assert "Until it is finished only what the buttons above offer" in text_of(answer)
    assert ask_address(customer, "create_account") not in answer.content.decode()


def test_an_operation_on_an_account_does_not_keep_another_from_being_opened(operator):
    account = rows.account()
    ask("close", account, operator)
    html = page(operator, account.customer).content.decode()
    assert ask_address(account.customer, "create_account") in html


def test_what_was_asked_for_its_accounts_is_listed(viewer, operator):
    account = rows.account()
    ask("close", account, operator, reason="Letter of 3 March")
    assert "Letter of 3 March" in text_of(page(viewer, account.customer))
