"""A page that shows what is no longer so: before and now are told, and entries are kept."""

import pytest

from accounts_app.models import Account, Operation, Source
from accounts_app.services import refresh
from tests.admin.pages import ask_address, fill_in, hidden_of, signed_in, text_of


@pytest.fixture
def account(programme) -> Account:
    """An active account."""
    return programme.account()


@pytest.fixture
def answer(account, operator, sandbox):
    """What comes back when the account became inactive behind the page."""
    browser, address = signed_in(operator), ask_address(account, "close")
    form = fill_in(browser, address, reason="Asked in writing", confirmation=str(account.pk))
    sandbox.world.change("account", str(account.pk), "inactive")
    refresh.account(account.pk, source=Source.REFRESH)
    return browser.post(address, form)


def test_before_and_now_are_told_and_nothing_is_asked_for(answer):
    words = text_of(answer)
    assert "The account changed since you opened this page: it is now inactive." in words
    assert "When you opened the page: ● active now:" in words
    assert not Operation.objects.exists()


def test_what_was_typed_is_kept_but_confirmed_anew(answer, account):
    page = answer.content.decode()
    assert "\nAsked in writing</textarea>" in page
    assert f'value="{account.pk}"' not in page


def test_sent_again_it_counts(answer, account, operator):
    form = {**hidden_of(answer), "reason": "Asked in writing", "confirmation": str(account.pk)}
    signed_in(operator).post(ask_address(account, "close"), form)
    assert Operation.objects.get().status_before == "inactive"
