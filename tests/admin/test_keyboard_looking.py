"""What is looked at, taken out and set up, by keys alone; and every page once from end to end."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import Group, User

from accounts_app.models import Account, Customer, SavedView, Unmasking
from tests.admin import everywhere, rows
from tests.admin.conftest import address
from tests.admin.keyboard import Keyboard
from tests.signin.people import code, enrol_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.looks
def test_every_page_is_walked_from_end_to_end(at_keys, office, sandbox, all_roles):
    keys = at_keys(all_roles)
    stem = keys.page.url.partition("/admin/")[0]
    found = {}
    for page in everywhere.pages():
        keys.page.goto(stem + page)
        try:
            keys.go_round()
        except AssertionError as trouble:
            found[page] = str(trouble)
    assert found == {}


def test_what_was_known_on_a_day(at_keys, approver):
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):
        account = rows.account()
    rows.changed(account, status="inactive")
    keys = at_keys(approver, address(Account, "change", account.pk))
    keys.to("[name=on]")
    keys.type("03032026")
    with keys.page.expect_navigation():
        keys.press("Enter")
    assert "active" in keys.page.text_content("h1 .badge")
    keys.open("a:has-text('Back to now')")


def test_a_list_is_taken_out(at_keys, operator):
    rows.account()
    keys = at_keys(operator, address(Account, "changelist"))
    keys.to("button:text-is('Download as CSV')")
    with keys.page.expect_download() as taken:
        keys.press("Enter")
    assert taken.value.suggested_filename.startswith("account-")


def test_an_evidence_pack_is_made(at_keys, auditor, settings, anchor_key_pem):
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem
    keys = at_keys(auditor, address(Account, "change", rows.account().pk))
    keys.open("a:text-is('Evidence pack')")
    keys.fill("[name=reason]", "The regulator asked")
    keys.to("button:text-is('Make the pack')")
    with keys.page.expect_download() as taken:
        keys.press("Enter")
    assert taken.value.suggested_filename.endswith(".zip")


def test_a_view_is_kept(at_keys, operator):
    rows.account(status="closed")
    keys = at_keys(operator, address(Account, "changelist"))
    keys.open("#changelist-filter a:text-is('closed')")
    keys.to(".views__save summary")
    keys.press("Enter")
    keys.fill("#view-name", "Closed ones")
    keys.tick(".views__save [name=is_default]")
    keys.open(".views__save button")
    keys.says("The view “Closed ones” is kept.")
    assert SavedView.objects.get().is_default


def test_personal_fields_are_unmasked(at_keys, approver):
    customer = rows.customer(externalId="crm-4711")
    keys = at_keys(approver, address(Customer, "change", customer.pk))
    keys.open("a:text-is('Show in full')")
    keys.fill("[name=reason]", "Compares the papers")
    keys.open("button:text-is('Show in full')")
    keys.says("crm-4711")
    assert Unmasking.objects.get().person == approver


def test_a_person_is_given_a_role(at_keys, user_admin, viewer):
    role = Group.objects.get(name="operator")
    keys = at_keys(user_admin, address(User, "changelist"))
    keys.open("#result_list a:text-is('viewer')")
    keys.tick(f"[name=groups][value='{role.pk}']")
    keys.fill("[name=why]", "Joins the desk")
    keys.open("input[name=_save]")
    keys.page.wait_for_selector(".messagelist")
    assert role in viewer.groups.all()


@pytest.mark.unproven
def test_one_signs_in(open_context, live_server, viewer):
    enrol_app(viewer)
    keys = Keyboard(open_context(reduced_motion="reduce").new_page())
    keys.page.goto(live_server.url + "/admin/")
    keys.fill("[name=login]", "viewer")
    keys.fill("[name=password]", "viewer-password-of-tests")
    with keys.page.expect_navigation():
        keys.press("Enter")
    keys.fill("[name=code]", code())
    keys.open("button:text-is('Continue')")
    assert keys.page.text_content("#user-tools strong") == "viewer"


MOVING = """
[...document.querySelectorAll('*')].filter((one) => ['', '::before', '::after'].some((part) => {
    const style = getComputedStyle(one, part || null);
    const isLong = (times) => times.split(',').some((time) => parseFloat(time) > 0.01);
    return isLong(style.transitionDuration) || isLong(style.animationDuration);
})).map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.mark.looks
def test_nothing_moves_for_whom_motion_is_too_much(at_keys, office, sandbox, all_roles):
    keys = at_keys(all_roles)
    stem = keys.page.url.partition("/admin/")[0]
    moving = {}
    for page in everywhere.pages():
        keys.page.goto(stem + page)
        if found := keys.page.evaluate(MOVING):
            moving[page] = found
    assert moving == {}
