"""Finding, keeping a list and looking again, by keyboard in a real browser."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts_app.models import Account, SavedView
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.looks import DESK, TOO_WIDE, barriers
from tests.browser import sign_in, watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def open_page(open_context, live_server, operator):
    """Opens a page for the operator in one of the looks."""

    def open_one(**look):
        context = open_context(**{"viewport": DESK, **look})
        sign_in(context, live_server.url, operator)
        return context.new_page()

    return open_one


def test_an_account_is_found_and_left_to_deactivate_by_keyboard_alone(open_page, live_server):
    account = rows.account(rows.customer(externalId="crm-4711"))
    page = open_page()
    complaints = watch(page)
    page.goto(live_server.url + address(Account, "changelist"))
    page.focus("#searchbar")
    page.keyboard.press("/")
    assert page.input_value("#searchbar") == "/"
    assert not page.is_visible("#palette")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open] [role=option]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "searchbar"
    page.keyboard.press("Control+k")
    page.keyboard.type("4711")
    page.wait_for_selector(f'[role=option]:has-text("{account.pk}")')
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    active = page.get_attribute(".palette__words", "aria-activedescendant")
    assert str(account.pk) in page.text_content(f"#{active}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address(Account, 'change', account.pk)}")
    page.keyboard.press("/")
    page.keyboard.type("deact")
    page.wait_for_selector("[role=option]:has-text('Deactivate')")
    assert complaints == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/deactivate/")


@pytest.mark.parametrize(
    "look", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}]
)
def test_the_palette_is_sound_in_the_dark_and_on_a_phone(look, open_page, live_server):
    rows.account(rows.customer(externalId="crm-4711"))
    page = open_page(**look)
    page.goto(live_server.url + reverse("admin:index"))
    page.click("[data-palette]")
    page.fill(".palette__words", "crm")
    page.wait_for_selector("[role=option]:has-text('Account ')")
    assert barriers(page) == []
    assert page.evaluate(TOO_WIDE) == 0
    page.fill(".palette__words", "nothing like it")
    page.wait_for_selector("text=Nothing matches")


def test_a_view_is_kept_started_with_and_shared(open_page, live_server):
    rows.account(status="closed")
    rows.account()
    page = open_page()
    complaints = watch(page)
    page.goto(live_server.url + address(Account, "changelist"))
    page.click("#changelist-filter >> text=closed")
    page.focus(".views__save summary")
    page.keyboard.press("Enter")
    page.fill("#view-name", "Closed ones")
    page.check(".views__save [name=is_default]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The view “Closed ones” is kept.")
    assert barriers(page) == []
    page.click(".sections >> text=Accounts")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.click(".views__own >> text=All")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    page.click("text=My views")
    page.wait_for_url("**/views/")
    assert barriers(page) == []
    page.goto(page.locator(".copy").get_attribute("data-copy"))
    assert re.search("status.*=closed", page.url)
    assert SavedView.objects.get().is_default
    assert complaints == []
