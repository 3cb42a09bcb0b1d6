"""The desk's journeys in a real browser: from the start page, along a timeline, into the past."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts_app.models import Account
from tests.admin import rows
from tests.admin.conftest import address
from tests.browser import sign_in, watch
from tests.factories import ask

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
THIRD_OF_MARCH = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def open_page(open_context, live_server, approver):
    """Opens a page as a signed-in approver in Berlin; with or without script."""

    def open_one(path, **options):
        context = open_context(timezone_id="Europe/Berlin", **options)
        sign_in(context, live_server.url, approver)
        page = context.new_page()
        page.complaints = watch(page)
        page.goto(live_server.url + path)
        return page

    return open_one


@pytest.fixture
def account(operator) -> Account:
    """An account known since the 3rd of March, changed and asked about today."""
    with time_machine.travel(THIRD_OF_MARCH, tick=False):
        made = rows.account()
        rows.card(made)
    made = rows.changed(made, status="inactive")
    rows.event(made, b'{"note": "what the webhook said"}')
    return made


def test_a_number_of_the_start_page_leads_to_its_list(open_page, account, operator):
    ask("close", account, operator)
    page = open_page(reverse("admin:index"))
    page.click("text=requests to decide")
    page.wait_for_selector("#result_list tbody tr")
    assert page.locator("#result_list tbody tr").count() == 1
    assert page.complaints == []


def test_what_we_knew_on_a_day_is_three_interactions_from_the_list(open_page, account):
    page = open_page(address(Account, "changelist"))
    page.click("#result_list tbody th a")  # one
    page.wait_for_url("**/change/**")
    page.fill("[name=on]", "2026-03-03")  # two
    page.press("[name=on]", "Enter")  # three
    page.wait_for_url("**/as-of/**")
    assert "active" in page.text_content("h1 .badge")
    assert page.locator("text=The customer then").is_visible()
    assert page.locator("#content form[method=post]").count() == 0
    page.click("text=Back to now")
    page.wait_for_url("**/change/**")
    assert "inactive" in page.text_content("h1")
    assert page.complaints == []


@pytest.mark.parametrize("has_script", [True, False])
def test_a_timeline_is_narrowed_and_its_evidence_opened(open_page, account, has_script):
    page = open_page(address(Account, "change", account.pk), java_script_enabled=has_script)
    page.click(".chips >> text=Webhooks")
    page.wait_for_url("**/history/**")
    entries = page.locator(".timeline__entry")
    assert entries.count() == 1
    body = entries.locator(".code")
    assert not body.is_visible()
    page.press(".evidence summary", "Enter")
    assert "what the webhook said" in body.text_content()
    assert body.is_visible()
    assert page.complaints == []


def test_ones_own_time_stands_beside_utc(open_page, account):
    page = open_page(address(Account, "history", account.pk) + "?until=2026-03-04")
    when = page.text_content(".timeline__when")
    assert " ".join(when.split()) == "03 Mar 2026, 12:00 UTC 13:00"


def test_without_script_times_are_of_utc(open_page, account):
    page = open_page(
        address(Account, "history", account.pk) + "?until=2026-03-04", java_script_enabled=False
    )
    assert " ".join(page.text_content(".timeline__when").split()) == "03 Mar 2026, 12:00 UTC"


def test_a_page_is_printed_without_what_only_a_screen_can_do(open_page, account):
    page = open_page(address(Account, "change", account.pk))
    page.emulate_media(media="print")
    assert not page.locator(".actions-bar").first.is_visible()
    assert page.locator(".timeline__entry").first.is_visible()
