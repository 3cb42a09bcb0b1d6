"""Nothing that was typed is lost, and one comes back to where one was, in a real browser."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from accounts_app.models import Account, Batch, Operation, Review
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.looks import barriers
from tests.admin.pages import ask_address, page_of
from tests.admin.resolving import EVIDENCE, resolve_page
from tests.browser import sign_in, watch
from tests.factories import ask
from tests.services.stuck import contradicted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
START = reverse("admin:index")


@pytest.fixture
def tab_of(open_context, live_server):
    """Opens a tab of a signed-in person; `page.open` takes addresses of ours."""

    def open_one(person, **options):
        context = open_context(**options)
        sign_in(context, live_server.url, person)
        page = context.new_page()
        page.open = lambda path: page.goto(live_server.url + path)
        page.complaints = watch(page)
        return page

    return open_one


def test_the_start_page_lists_what_was_begun(tab_of, programme, operator):
    account, page = programme.account(), tab_of(operator)
    page.open(ask_address(account, "deactivate"))
    page.fill("[name=reason]", "Begun before lunch")
    page.open(START)
    assert page.is_visible(f"[data-drafts] >> text=Deactivate: account {str(account.pk)[:8]}")
    assert barriers(page) == []
    page.click("[data-drafts] a")
    assert page.input_value("[name=reason]") == "Begun before lunch"
    page.click("button:text-is('Deactivate')")
    page.wait_for_selector("[data-progress]")
    page.open(START)
    assert not page.is_visible("[data-drafts]")
    assert page.complaints == []


def test_a_draft_is_thrown_away(tab_of, programme, operator):
    page = tab_of(operator)
    page.open(ask_address(programme.account(), "deactivate"))
    page.fill("[name=reason]", "On second thoughts")
    page.open(START)
    page.click("[data-drafts] button")
    assert not page.is_visible("[data-drafts]")


def test_a_colleague_at_the_same_screen_sees_none_of_it(
    tab_of, live_server, programme, operator, approver
):
    page = tab_of(operator)
    page.open(ask_address(programme.account(), "deactivate"))
    page.fill("[name=reason]", "Mine alone")
    sign_in(page.context, live_server.url, approver)
    page.open(START)
    assert not page.is_visible("[data-drafts]")


def test_signing_out_leaves_nothing_in_the_tab(tab_of, programme, operator):
    page = tab_of(operator)
    page.open(ask_address(programme.account(), "deactivate"))
    page.fill("[name=reason]", "Gone with me")
    assert page.evaluate("sessionStorage.length") > 0
    page.click("#logout-form button")
    page.wait_for_url("**/logout/**")
    assert page.evaluate("sessionStorage.length") == 0


def places_to_type(programme, operator):
    """Return every sort of page on which a person explains something, and the field for it."""
    account = programme.account()
    close = ask("close", programme.account(), operator)
    deactivated = ask("deactivate", programme.account(), operator)
    review = Review.objects.get(operation=deactivated)
    return [
        (ask_address(account, "deactivate"), "reason"),
        (page_of(close, "decide"), "note"),
        (resolve_page(contradicted(programme)), "evidence"),
        (address(Account, "batch", "deactivate") + f"?of={account.pk}", "reason"),
        (address(Review, "change", review.pk), "note"),
        (reverse("admin:accounts_app_pause_pause"), "reason"),
        (reverse("admin:accounts_app_customer_unmask", args=[account.customer_id]), "reason"),
        (f"{reverse('admin:accounts_app_webhookevent_subscription')}create/", "reason"),
        (address(Account, "evidence", account.pk), "reason"),
        (reverse("admin:auth_user_unlock", args=[operator.pk]), "reason"),
        (address(User, "change", operator.pk), "why"),
    ]


def test_a_lost_session_loses_nothing_wherever_one_types(
    tab_of, live_server, programme, operator, all_roles
):
    page = tab_of(all_roles)
    for path, name in places_to_type(programme, operator):
        page.open(path)
        page.fill(f"[name={name}]", EVIDENCE)
        for choice in page.locator("[name=verdict]").all()[:1]:
            choice.check()
        page.context.clear_cookies(name="sessionid")
        page.click("main :is(button, input)[type=submit]:not([value=reject]) >> nth=-1")
        page.wait_for_selector("text=You are signed out")
        assert page.is_visible(f"text={EVIDENCE}"), path
        sign_in(page.context, live_server.url, all_roles)
        page.open(path)
        assert page.input_value(f"[name={name}]") == EVIDENCE, path
    assert not Operation.objects.filter(maker=all_roles).exists()
    assert not Batch.objects.exists()


def test_one_comes_back_to_the_row_one_looked_at(tab_of, operator):
    for _ in range(60):
        rows.account()
    page = tab_of(operator, viewport={"width": 1300, "height": 600})
    page.open(address(Account, "changelist") + "?status=active&o=6&p=1")
    link = page.locator("#result_list tbody tr:nth-child(40) th a")
    followed = link.get_attribute("href")
    link.click()
    page.wait_for_url("**/change/**")
    page.click(".breadcrumbs a:text-is('Accounts')")
    page.wait_for_url("**/account/?**status=active**")
    assert page.evaluate("document.activeElement.getAttribute('href')") == followed
    assert page.evaluate("scrollY") > 0
    assert page.locator("tr.is-where-one-was a:focus").is_visible()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_review_leads_back_to_the_list_as_it_was(
    has_script, tab_of, programme, operator, approver
):
    for _ in range(2):
        ask("deactivate", programme.account(), operator)
    page = tab_of(approver, java_script_enabled=has_script)
    page.open(address(Review, "changelist") + "?state=waiting&o=6")
    page.click("#result_list tbody th a")
    page.click("button:has-text('tick')")
    page.wait_for_url("**/review/?state=waiting&o=6")
    assert page.locator("#result_list tbody tr").count() == 1


def test_who_decided_goes_on_to_what_else_waits(tab_of, programme, operator, approver):
    for _ in range(2):
        ask("close", programme.account(), operator)
    page = tab_of(approver)
    page.open(address(Operation, "changelist") + "?waits=me")
    page.click("a:text-is('Decide') >> nth=0")
    page.fill("[name=note]", "Not signed")
    page.click("button:text-is('Reject')")
    page.click("a:text-is('Decide the next')")
    assert page.locator("#result_list tbody tr").count() == 1
