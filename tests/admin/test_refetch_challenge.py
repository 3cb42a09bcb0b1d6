"""Fetching a new challenge, which voids the old one: asked for, never by accident."""

from accounts_app.admin import badges
from accounts_app.models import Account, Challenge, Operation
from accounts_app.services import challenges
from tests.admin.conftest import address
from tests.admin.pages import ask, ask_address, page_of, signed_in, text_of


def account_of(programme, operator):
    """Return an account that waits for its owner's signature."""
    customer = programme.customer()
    ask(operator, customer, "create_account", currency="EUR")
    return customer.accounts.get()


def test_a_new_challenge_takes_the_place_of_the_old(programme, operator):
    account = account_of(programme, operator)
    old = challenges.current(account)
    ask(operator, account, "refetch_challenge")
    old.refresh_from_db()
    assert (old.state, len(old.text)) == (Challenge.State.REPLACED, challenges.TAIL)
    assert challenges.current(account).digest != old.digest


def test_the_page_warns_that_the_old_one_is_void_then(programme, operator):
    account = account_of(programme, operator)
    page = text_of(signed_in(operator).get(ask_address(account, "refetch_challenge")))
    assert "Every earlier challenge of this account stops being valid" in page
    assert " ".join(challenges.decoded(challenges.current(account)).split()) in page


def test_of_a_lost_answer_nobody_says_that_nothing_was_changed(programme, operator, sandbox):
    account = account_of(programme, operator)
    sandbox.faults.add(operation="getAccountChallenge", action="drop_reply")
    ask(operator, account, "refetch_challenge")
    made = Operation.objects.get(kind="refetch_challenge")
    page = text_of(signed_in(operator).get(page_of(made)))
    assert "The earlier one may be void" in page
    assert "Nothing was changed" not in page


def test_of_a_lost_answer_nobody_says_that_the_provider_refused(programme, operator, sandbox):
    account = account_of(programme, operator)
    sandbox.faults.add(operation="getAccountChallenge", action="drop_reply")
    ask(operator, account, "refetch_challenge")
    made, browser = Operation.objects.get(kind="refetch_challenge"), signed_in(operator)
    story = text_of(browser.get(address(Account, "history", account.pk)))
    assert "Fetch new challenge: ended without a challenge" in story
    followed = browser.get(address(Operation, "progress", made.pk)).json()["label"]
    shown = text_of(browser.get(page_of(made))) + badges.of_operation(made)
    assert (followed, followed in shown) == ("Ended without a challenge", True)
    assert "refused by the provider" not in (story + shown).lower()


def test_looking_at_pages_never_fetches_one(programme, operator, sandbox):
    account = account_of(programme, operator)
    before = challenges.current(account).digest
    browser = signed_in(operator)
    for kind in ("refetch_challenge", "sign_challenge"):
        browser.get(ask_address(account, kind))
    browser.get(page_of(Operation.objects.get()))
    assert challenges.current(account).digest == before
    assert sandbox.world.sign(challenges.current(account).text, account.customer.chain_id)
