"""Registering a customer through the pages, up to their signature."""

import pytest
from django.urls import reverse

from accounts_app.models import Customer, Operation
from accounts_app.services import challenges
from tests.admin.conftest import address
from tests.admin.pages import ask_address, fill_in, page_of, signed_in, text_of

ASK = reverse("admin:accounts_app_customer_ask_new", args=["create_customer"])


@pytest.fixture
def entries(sandbox, db) -> dict[str, str]:
    """What is typed of a new customer."""
    return {"chain_id": sandbox.world.wallets.create(), "external_id": "crm-new"}


@pytest.fixture
def newcomer(operator, entries) -> Customer:
    """A customer registered through the page."""
    browser = signed_in(operator)
    browser.post(ASK, fill_in(browser, ASK, **entries))
    return Customer.objects.get()


def test_the_list_of_customers_leads_to_the_form(operator):
    assert ASK in signed_in(operator).get(address(Customer, "changelist")).content.decode()


def test_the_list_leads_nobody_else_there(viewer):
    assert ASK not in signed_in(viewer).get(address(Customer, "changelist")).content.decode()


def test_a_registered_customer_is_linked_with_a_text_to_sign(operator, newcomer):
    page = signed_in(operator).get(page_of(Operation.objects.get())).content.decode()
    assert address(Customer, "change", newcomer.pk) in page
    assert ask_address(newcomer, "sign_customer_challenge") in page


def test_the_customers_page_shows_the_text_and_the_ways(operator, newcomer):
    page = signed_in(operator).get(address(Customer, "change", newcomer.pk))
    assert "wants you to sign in with your Ethereum account" in text_of(page)
    assert ask_address(newcomer, "refetch_customer_challenge") in page.content.decode()


def test_the_signature_is_submitted_on_a_page_that_shows_the_text(operator, newcomer, sandbox):
    text = challenges.current(newcomer).text
    browser, ask = signed_in(operator), ask_address(newcomer, "sign_customer_challenge")
    assert newcomer.chain_id in text_of(browser.get(ask))
    signature = sandbox.world.sign(text, newcomer.chain_id)
    answer = browser.post(ask, fill_in(browser, ask, signature=signature), follow=True)
    assert "Done" in text_of(answer)


def test_what_was_typed_stays_when_the_wallet_is_wrong(operator, entries):
    browser = signed_in(operator)
    wrong = {**entries, "chain_id": "eip155:324:0x1"}
    answer = browser.post(ASK, fill_in(browser, ASK, **wrong))
    assert "not of its chain" in text_of(answer)
    assert 'value="crm-new"' in answer.content.decode()


def test_an_open_registration_is_shown_before_there_is_a_customer(operator, entries, sandbox):
    sandbox.faults.add(operation="createCustomer", action="kill_before", times=1)
    browser = signed_in(operator)
    answer = browser.post(ASK, fill_in(browser, ASK, **entries), follow=True)
    assert "crm-new" in text_of(answer)
    assert "Outcome unknown" in text_of(answer)
    listed = browser.get(address(Operation, "changelist"))
    assert "crm-new" in text_of(listed)


def test_a_registration_needs_no_customer_of_another_kind(operator):
    wrong = ASK.replace("create_customer", "deactivate_customer")
    assert signed_in(operator).get(wrong).status_code == 404
