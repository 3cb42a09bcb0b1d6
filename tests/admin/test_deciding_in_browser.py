"""Two journeys in a real browser: a close approved in four steps, and a session lost on the way."""

import pytest

from accounts_app.models import Operation
from tests.admin.pages import ask_address
from tests.browser import sign_in, watch
from tests.factories import ask

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_close_is_approved_four_steps_from_sign_in(
    open_context, live_server, programme, operator, approver
):
    close = ask("close", programme.account(), operator)
    context = open_context()
    sign_in(context, live_server.url, approver)  # one
    page = context.new_page()
    complaints = watch(page)
    page.goto(f"{live_server.url}/admin/")
    page.click("text=requests to decide")  # two
    page.click("a:text-is('Decide')")  # three
    page.click("button:has-text('Approve')")  # four
    page.wait_for_selector("text=The account is closed.")
    close.refresh_from_db()
    assert (close.state, close.checker, complaints) == ("succeeded", approver, [])


def test_what_was_typed_outlives_the_session(open_context, live_server, programme, operator):
    context, address = (
        open_context(),
        live_server.url + ask_address(programme.account(), "deactivate"),
    )
    sign_in(context, live_server.url, operator)
    page = context.new_page()
    page.goto(address)
    page.select_option("[name=cause]", "fraud")
    page.fill("[name=reason]", "Three chargebacks in one night")
    context.clear_cookies(name="sessionid")
    page.click("button:text-is('Deactivate')")
    assert page.is_visible("text=Three chargebacks in one night")
    sign_in(context, live_server.url, operator)
    page.goto(address)
    assert page.input_value("[name=reason]") == "Three chargebacks in one night"
    assert page.input_value("[name=cause]") == "fraud"
    page.click("button:text-is('Deactivate')")
    page.wait_for_selector("[data-progress]")
    assert Operation.objects.get().cause == "fraud"
