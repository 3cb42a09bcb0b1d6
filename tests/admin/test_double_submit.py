"""A form counts once: double click, back button, reload and a second tab lead to one operation."""

import pytest

from accounts_app.models import Operation
from tests.admin.pages import ask_address, fill_in, page_of, signed_in


@pytest.fixture
def sent(programme, operator):
    """A browser, an address, and the form that was filled in there."""
    browser = signed_in(operator)
    address = ask_address(programme.account(), "deactivate")
    return browser, address, fill_in(browser, address)


def test_the_same_form_sent_twice_leads_to_the_same_operation(sent):
    browser, address, form = sent
    first, second = browser.post(address, form), browser.post(address, form)
    assert first["Location"] == second["Location"] == page_of(Operation.objects.get())


def test_the_provider_is_changed_once(sent, sandbox):
    browser, address, form = sent
    browser.post(address, form)
    after_first = len(sandbox.ledger())
    browser.post(address, form)
    assert len(sandbox.ledger()) == after_first


def test_every_page_has_its_own_number(sent):
    browser, address, form = sent
    assert fill_in(browser, address)["form_number"] != form["form_number"]


@pytest.mark.parametrize("missing", ["form_number", "revision"])
def test_a_form_without_its_hidden_entries_is_given_anew(sent, missing):
    browser, address, form = sent
    answer = browser.post(address, {**form, missing: "nonsense"})
    assert "The page was incomplete: nothing was asked for." in answer.content.decode()
    assert not Operation.objects.exists()
