"""How much the three commonest tasks take, counted as they are done: interactions and pages."""

from datetime import UTC, datetime

import pytest
import time_machine

from accounts_app.models import Operation
from tests.admin import rows
from tests.admin.hands import Hands
from tests.browser import sign_in
from tests.factories import ask
from tests.signin.test_in_browser import with_a_key

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def hands_of(open_context, live_server):
    """Seats a signed-in person before the start page; what they do from then on is counted."""

    def sit(person):
        context = open_context()
        sign_in(context, live_server.url, person)
        page = context.new_page()
        page.goto(f"{live_server.url}/admin/")
        return Hands(page)

    return sit


def test_an_account_is_found_by_its_wallet_and_deactivated_in_five(hands_of, programme, operator):
    account = programme.account()
    wallet = account.customer.chain_id.rpartition(":")[2]
    hands = hands_of(operator)
    hands.press("/")
    hands.enter(".palette__words", wallet)
    hands.page.wait_for_selector(f"[role=option]:has-text('{str(account.pk)[:8]}')")
    hands.click(f"[role=option]:has-text('Deactivate'):has-text('{str(account.pk)[:8]}')")
    hands.enter("[name=reason]", "Three chargebacks in one night")
    hands.click("button:text-is('Deactivate')")
    hands.sees("The account is inactive.")
    assert hands.interactions <= 5
    assert hands.loads <= 2


@pytest.mark.unproven
def test_a_close_is_approved_in_four_from_sign_in(
    open_context, live_server, programme, operator, approver
):
    page = with_a_key(open_context())
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=login]", "approver")
    page.fill("[name=password]", "approver-password-of-tests")
    page.click("button:text-is('Log in')")
    page.click("a:text-is('Add a passkey')")
    page.click("button:text-is('Add the passkey')")
    page.click("a:text-is('I have kept them')")
    page.click("button:text-is('Log out')")
    close = ask("close", programme.account(), operator)
    page.goto(f"{live_server.url}/admin/")
    hands = Hands(page)
    hands.click("button:text-is('Use a passkey instead')")
    hands.click("a:has-text('requests to decide')")
    hands.click("a:text-is('Decide')")
    hands.click("button:has-text('Approve')")
    hands.sees("The account is closed.")
    close.refresh_from_db()
    assert (close.state, close.checker) == (Operation.State.SUCCEEDED, approver)
    assert hands.interactions <= 4
    assert hands.loads <= 4


def test_what_was_known_on_the_third_of_march_in_three(hands_of, live_server, approver):
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):
        account = rows.account()
    rows.changed(account, status="inactive")
    hands = hands_of(approver)
    hands.page.goto(f"{live_server.url}/admin/accounts_app/account/")
    hands.loads = 0
    hands.click("#result_list tbody th a")
    hands.enter("[name=on]", "2026-03-03")
    hands.press("Enter")
    hands.page.wait_for_url("**/as-of/**")
    assert "active" in hands.page.text_content("h1 .badge")
    assert hands.interactions <= 3
    assert hands.loads <= 2
