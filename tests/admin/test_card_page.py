"""A card's own page: what it is and whose; and what may be asked for it."""

import pytest

from accounts_app.models import Account, Card, Customer
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import ask_address, page_of, signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    """A card of a known customer."""
    return rows.card(rows.account(rows.customer(externalId="crm-00079")), status="suspended")


def test_the_page_tells_what_the_card_is(card, viewer):
    text = text_of(signed_in(viewer).get(address(Card, "change", card.pk)))
    for told in (str(card.pk), "424242******4242", "visa", "11/2029", "▲ suspended", "crm-…79"):
        assert told in text


def test_its_account_and_customer_are_one_click_away(card, viewer):
    html = signed_in(viewer).get(address(Card, "change", card.pk)).content.decode()
    assert address(Account, "change", card.account_id) in html
    assert address(Customer, "change", card.account.customer_id) in html


def test_nothing_can_be_asked_for_while_the_provider_suspends_it(card, approver):
    html = signed_in(approver).get(address(Card, "change", card.pk)).content.decode()
    assert "/ask/" not in html


def test_a_working_card_can_be_deactivated_or_terminated(card, operator):
    working = rows.card(card.account, status="active")
    html = signed_in(operator).get(address(Card, "change", working.pk)).content.decode()
    assert ask_address(working, "deactivate_card") in html
    assert ask_address(working, "terminate_card") in html


def test_what_its_account_has_open_stands_in_its_way(card, operator):
    working = rows.card(card.account, status="active")
    close = ask("close", card.account, operator)
    html = signed_in(operator).get(address(Card, "change", working.pk)).content.decode()
    assert "/ask/" not in html
    assert page_of(close) in html
