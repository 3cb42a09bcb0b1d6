"""What staff read on the pages of work while sending is paused, so that nobody waits in vain."""

import pytest
from django.contrib.auth.models import User

from accounts_app.models import Account, Operation, Pause
from accounts_app.services import pausing
from tests.admin.pages import ask_address, page_of, signed_in, text_of
from tests.factories import ask

WAITS = "sent only if sending goes on within 15 minutes"


@pytest.fixture
def account(programme) -> Account:
    """An active account."""
    return programme.account()


@pytest.fixture
def paused(operator) -> Pause:
    """Sending stands still."""
    return pausing.pause(Pause.Cause.HAND, "Something looks wrong", person=operator)


def text(person: User, address: str) -> str:
    """Return the words of a page."""
    return text_of(signed_in(person).get(address))


def test_who_asks_reads_that_it_is_not_sent_at_once(account, operator, paused):
    page = text(operator, ask_address(account, "deactivate"))
    assert "it is sent to the provider when sending goes on" in page
    assert WAITS in page


def test_who_approves_reads_how_long_the_approval_counts(account, operator, approver, paused):
    requested = ask("close", account, operator)
    assert WAITS in text(approver, page_of(requested, "decide"))


def test_nothing_is_said_of_it_while_sending_goes_on(account, operator):
    page = text(operator, ask_address(account, "deactivate"))
    assert "it is sent to the provider at once" in page
    assert "Sending is paused" not in page


def test_what_waits_to_be_sent_says_until_when(account, operator, paused):
    page = text(operator, page_of(ask("deactivate", account, operator)))
    assert "Sending is paused, so it waits." in page
    assert "“Not sent”" in page
    assert "it is sent by itself." not in page
    assert "Next try" not in page


def test_what_is_uncertain_is_not_said_to_be_sent_again(account, operator, paused):
    operation = ask("deactivate", account, operator)
    Operation.objects.filter(pk=operation.pk).update(state=Operation.State.UNCERTAIN)
    page = text(operator, page_of(operation))
    assert "Sending is paused, so the request is not sent again" in page


def test_once_sending_goes_on_the_page_says_so(account, operator, approver, paused):
    operation = ask("deactivate", account, operator)
    pausing.resume(person=approver, reason="All is well")
    assert "it is sent by itself." in text(operator, page_of(operation))
