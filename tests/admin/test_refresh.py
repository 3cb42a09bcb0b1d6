"""Reading rows anew from the provider, by the button and from the list."""

import pytest
from django.contrib.messages import get_messages

from accounts_app.models import Account, AuditEntry
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
NOBODY_LISTENS = "http://127.0.0.1:9/v1"


def press(person, row):
    """Press a row's refresh button; returns the answer and what it says."""
    answer = signed_in(person).post(address(type(row), "refresh", row.pk))
    return answer, _said(answer)


def _said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_button_tells_what_changed(programme, operator):
    account = programme.account()
    programme.sandbox.world.change("account", str(account.pk), "inactive")
    answer, said = press(operator, account)
    assert answer["Location"] == address(Account, "change", account.pk)
    assert said == [f"Account {str(account.pk)[:8]} changed: status active → inactive."]
    account.refresh_from_db()
    assert account.status == "inactive"


def test_the_button_says_when_nothing_changed(programme, operator):
    account = programme.account()
    assert press(operator, account)[1] == [f"Account {str(account.pk)[:8]}: unchanged."]


@pytest.mark.parametrize("kind", ["customer", "card"])
def test_customers_and_cards_have_the_button_too(programme, operator, kind):
    account = programme.account()
    row = account.customer if kind == "customer" else programme.card(account)
    assert press(operator, row)[1] == [f"{kind.capitalize()} {str(row.pk)[:8]}: unchanged."]


def test_a_provider_that_is_not_there_is_said_in_a_sentence(programme, operator, settings):
    account = programme.account()
    settings.OFFBLOCKS_BASE_URL = NOBODY_LISTENS
    (said,) = press(operator, account)[1]
    assert "the provider could not be reached; what is shown may be old" in said


def test_an_account_the_provider_does_not_know_stays(programme, operator):
    account = rows.account()
    assert press(operator, account)[1] == [
        f"Account {str(account.pk)[:8]}: the provider does not know it."
    ]
    assert Account.objects.filter(pk=account.pk).exists()


def test_who_pressed_the_button_is_recorded(programme, operator):
    account = programme.account()
    press(operator, account)
    entry = AuditEntry.objects.get(action="refreshed")
    assert (entry.actor_name, entry.object_id) == ("operator", str(account.pk))


@pytest.mark.parametrize("person", ["viewer", "auditor"])
def test_who_may_not_refresh_is_refused_and_sees_no_button(person, request):
    person, account = request.getfixturevalue(person), rows.account()
    assert press(person, account)[0].status_code == 403
    page = signed_in(person).get(address(Account, "change", account.pk))
    assert "/refresh/" not in page.content.decode()


def test_the_button_is_not_a_link(operator):
    page = address(Account, "refresh", rows.account().pk)
    assert signed_in(operator).get(page).status_code == 405


def test_a_viewer_is_not_offered_the_action(viewer):
    rows.account()
    page = signed_in(viewer).get(address(Account, "changelist"))
    assert b"refresh_selected" not in page.content
