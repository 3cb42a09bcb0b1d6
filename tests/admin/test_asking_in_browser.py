"""Asking in a real browser: the draft, the wallet, and the operation page that moves by itself."""

import pytest

from accounts_app import work
from accounts_app.models import Operation
from accounts_app.services import challenges
from tests.admin import rows
from tests.admin.looks import PHONE, TOO_WIDE, troubles
from tests.admin.pages import ask, ask_address, page_of
from tests.browser import sign_in, watch
from tests.factories import ask as ask_directly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
WALLET = """window.ethereum = {request: async ({method, params}) => {
    if (method === 'eth_requestAccounts') return [OWNER];
    window.asked = params;
    return '0x' + 'ab'.repeat(65);
}};"""


@pytest.fixture
def tab(open_context, live_server, operator):
    """A tab of a signed-in operator."""
    context = open_context()
    sign_in(context, live_server.url, operator)
    return context.new_page()


def test_an_operation_page_moves_by_itself(tab, live_server, programme, operator):
    operation = ask_directly("deactivate", programme.account(), operator)
    complaints = watch(tab)
    tab.goto(live_server.url + page_of(operation))
    assert tab.is_visible("text=Approved, waiting to be sent.")
    work.advance(operation.pk)
    tab.wait_for_selector("text=The account is inactive.")
    assert tab.text_content("[data-announce]") == "Done"
    assert complaints == []


def test_what_was_typed_survives_a_lost_session(tab, live_server, programme):
    address = live_server.url + ask_address(programme.account(), "deactivate")
    tab.goto(address)
    tab.fill("[name=reason]", "Typed before the session ended")
    tab.goto(address)
    assert tab.input_value("[name=reason]") == "Typed before the session ended"
    tab.click("button:text-is('Deactivate')")
    tab.wait_for_selector("[data-progress]")
    tab.goto(address)
    assert tab.evaluate("Object.keys(sessionStorage).length") == 0


def test_a_browser_wallet_signs_the_challenges_exact_bytes(tab, live_server, programme, operator):
    customer = programme.customer()
    ask(operator, customer, "create_account", currency="EUR")
    account = customer.accounts.get()
    owner = customer.chain_id.rpartition(":")[2]
    tab.add_init_script(WALLET.replace("OWNER", repr(owner)))
    tab.goto(live_server.url + ask_address(account, "sign_challenge"))
    tab.click("text=Sign in browser wallet")
    tab.wait_for_function("document.querySelector('[name=signature]').value !== ''")
    text = challenges.decoded(challenges.current(account))
    assert tab.evaluate("window.asked") == ["0x" + text.encode().hex(), owner]


def test_another_persons_wallet_is_named_and_signs_nothing(tab, live_server, programme, operator):
    customer = programme.customer()
    ask(operator, customer, "create_account", currency="EUR")
    tab.add_init_script(WALLET.replace("OWNER", repr("0x" + "12" * 20)))
    tab.goto(live_server.url + ask_address(customer.accounts.get(), "sign_challenge"))
    tab.click("text=Sign in browser wallet")
    tab.wait_for_selector("text=This wallet holds 0x1212")
    assert tab.input_value("[name=signature]") == ""


def test_two_clicks_make_one_operation(tab, live_server, programme):
    tab.goto(live_server.url + ask_address(programme.account(), "deactivate"))
    tab.fill("[name=reason]", "Clicked twice")
    tab.dblclick("button:text-is('Deactivate')")
    tab.wait_for_selector("[data-progress]")
    assert Operation.objects.count() == 1


@pytest.fixture
def visits(programme, operator, approver):
    """Who looks at what: every sort of page that asks, decides or follows."""
    customer, account = programme.customer(), programme.account()
    programme.card(account)
    ask(operator, customer, "create_account", currency="EUR")
    made = Operation.objects.get()
    close = ask_directly("close", account, operator, reason="A long reason. " * 20)
    asked = [ask_address(made.account, kind) for kind in ("sign_challenge", "refetch_challenge")]
    asked += [ask_address(programme.account(), "close"), ask_address(account, "deactivate")]
    asked += [ask_address(customer, "create_account"), page_of(made), page_of(close, "decide")]
    decided = [page_of(close, "decide"), page_of(close), "/admin/accounts_app/operation/"]
    return [(operator, one) for one in asked] + [(approver, one) for one in decided]


@pytest.mark.looks
def test_the_pages_are_legible_in_bounds_and_quiet(open_context, live_server, visits):
    assert troubles(open_context, live_server.url, visits) == []


def test_on_a_phone_no_word_of_what_goes_with_it_is_broken(tab, live_server, programme):
    account = programme.account()
    rows.card(account)
    tab.context.add_cookies([{"name": "language", "value": "fr", "url": live_server.url}])
    tab.set_viewport_size(PHONE)
    tab.goto(live_server.url + ask_address(account, "close"))
    words = tab.locator(".rows--fit td strong")
    lines, text = words.evaluate("one => one.getClientRects().length"), words.inner_text()
    assert lines <= len(text.split()), text
    assert tab.evaluate(TOO_WIDE) == 0
