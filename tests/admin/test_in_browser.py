"""Every page in a real browser, light, dark and on a phone: legible, in bounds, no complaint."""

import pytest
from django.urls import reverse

from accounts_app.models import Account, AuditEntry, Customer, Operation, WebhookEvent
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.looks import DESK, PHONE, TOO_WIDE, barriers, troubles
from tests.browser import sign_in
from tests.factories import ask

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

HIDDEN = "box => box.scrollWidth - box.clientWidth"


@pytest.fixture
def desk(open_context, live_server, all_roles):
    """A page of a signed-in all_roles at a desk of common width."""
    context = open_context(viewport=DESK, permissions=["clipboard-read", "clipboard-write"])
    sign_in(context, live_server.url, all_roles)
    return context.new_page()


@pytest.mark.looks
def test_every_page_is_sound(open_context, live_server, office, sandbox, all_roles):
    pages = [(all_roles, page) for page in office.pages()]
    visits = [(None, reverse("account_login")), *pages]
    assert troubles(open_context, live_server.url, visits) == []


LONG = "The owner wrote that they do not need the account any more. " * 4


@pytest.mark.parametrize("language", ["en-gb", "fr"])
def test_fifteen_rows_of_every_long_list_are_seen_at_once(
    desk, live_server, operator, settings, language
):
    settings.CLOSES_PER_HOUR = settings.OPERATIONS_PER_HOUR = 100
    for _ in range(20):
        account = rows.account()
        ask("close", account, operator, reason=LONG)
        rows.event(account)
    desk.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    for model in (Customer, Account, Operation, AuditEntry, WebhookEvent):
        desk.goto(live_server.url + address(model, "changelist"))
        bottoms = [row.bounding_box() for row in desk.query_selector_all("#result_list tbody tr")]
        seen = sum(box["y"] + box["height"] <= DESK["height"] for box in bottoms)
        assert seen >= 15, (model, seen)
        # The reason is cut off, not pushed out of sight.
        assert desk.eval_on_selector("#changelist .results", HIDDEN) < 8, model


@pytest.mark.parametrize("language", ["en-gb", "fr"])
def test_the_header_stands_on_one_line(open_context, live_server, operator, approver, language):
    for person in (operator, approver):
        context = open_context(viewport=DESK)
        sign_in(context, live_server.url, person)
        context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        page = context.new_page()
        for path in ("", "accounts_app/operation/", "accounts_app/reconciliation/"):
            page.goto(live_server.url + "/admin/" + path)
            assert page.query_selector("#header").bounding_box()["height"] < 56, (person, path)


def test_the_filters_are_not_cut_off(desk, live_server, office):
    desk.goto(live_server.url + address(Account, "changelist"))
    box = desk.query_selector("#changelist-filter").bounding_box()
    assert box["x"] + box["width"] <= DESK["width"]


def test_an_id_is_copied_with_one_click(desk, live_server, office):
    desk.goto(live_server.url + address(Account, "change", office.account.pk))
    desk.click(f'button[data-copy="{office.account.pk}"]')
    desk.wait_for_selector("text=Copied")
    assert desk.evaluate("navigator.clipboard.readText()") == str(office.account.pk)


def test_the_chosen_theme_stays(desk, live_server):
    desk.goto(live_server.url + "/admin/")
    desk.click(".theme-toggle")
    chosen = desk.evaluate("document.documentElement.dataset.theme")
    desk.goto(live_server.url + address(Account, "changelist"))
    assert desk.evaluate("document.documentElement.dataset.theme") == chosen == "dark"


def test_an_error_is_told_in_the_dark_to_whom_works_there(open_context, live_server):
    page = open_context(viewport=DESK, color_scheme="dark").new_page()
    page.goto(live_server.url + "/nowhere/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert barriers(page) == []


def test_what_has_the_focus_is_seen(desk, live_server, office):
    desk.goto(live_server.url + address(Account, "change", office.odd.pk))
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    assert desk.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_tables_wider_than_a_phone_scroll_by_themselves(open_context, live_server, all_roles):
    context = open_context(viewport=PHONE)
    sign_in(context, live_server.url, all_roles)
    account = rows.account()
    rows.card(account)
    page = context.new_page()
    page.goto(live_server.url + address(Account, "change", account.pk))
    assert page.evaluate(TOO_WIDE) == 0
    assert page.evaluate("document.querySelector('.scroll').scrollWidth > 390")
