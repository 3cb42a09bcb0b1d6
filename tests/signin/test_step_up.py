"""What matters most needs a factor shown just now, and nothing typed is lost over it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts_app.models import Operation, Resolution
from accounts_app.offblocks.credentials import Secret
from tests.admin import rows
from tests.admin.pages import ask_address, fill_in, hidden_of, page_of, signed_in, text_of
from tests.factories import ask
from tests.signin.people import code, enrol_app

pytestmark = pytest.mark.django_db
AGAIN = reverse("mfa_reauthenticate")


@pytest.fixture(autouse=True)
def _silent_provider(settings, signing_key_pem):
    """Pages that look at the provider find it silent."""
    settings.OFFBLOCKS_SIGNING_KEY = Secret(signing_key_pem)


@pytest.fixture
def later(time_machine):
    """Lets the factor grow too old."""
    time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
    return lambda: time_machine.shift(timedelta(minutes=5, seconds=1))


def is_asked_again(answer):
    """Whether the answer leads to showing a factor."""
    return answer.status_code == 302 and answer["Location"].startswith(AGAIN)


def prove(client, answer, **more):
    """Show a code where the answer leads to."""
    return client.post(answer["Location"], {"code": code()}, **more)


def test_a_fresh_factor_closes_without_a_question(operator):
    client, page = signed_in(operator), ask_address(rows.account(), "close")
    assert client.get(page).status_code == 200


def test_an_old_one_is_asked_for_before_the_form_is_shown(operator, later):
    enrol_app(operator)
    client, page = signed_in(operator), ask_address(rows.account(), "close")
    later()
    answer = client.get(page)
    assert is_asked_again(answer)
    assert prove(client, answer)["Location"] == page
    assert client.get(page).status_code == 200


def test_when_it_lapses_over_the_form_what_was_typed_goes_on(operator, later):
    enrol_app(operator)
    account = rows.account()
    client, page = signed_in(operator), ask_address(account, "close")
    form = fill_in(client, page, reason="Leaves us", confirmation=str(account.pk))
    later()
    answer = client.post(page, form)
    assert is_asked_again(answer)
    assert not Operation.objects.exists()
    prove(client, answer)
    assert Operation.objects.get().reason == "Leaves us"


def test_what_was_wrong_in_it_is_said_after_the_proof(operator, later):
    enrol_app(operator)
    client, page = signed_in(operator), ask_address(rows.account(), "close")
    form = fill_in(client, page, reason="Leaves us", confirmation="something else")
    later()
    answer = prove(client, client.post(page, form))
    assert answer.status_code == 200
    assert "Leaves us" in answer.content.decode()


def test_a_wrong_code_sends_nothing_and_loses_nothing(operator, later):
    enrol_app(operator)
    account = rows.account()
    client, page = signed_in(operator), ask_address(account, "close")
    form = fill_in(client, page, confirmation=str(account.pk))
    later()
    answer = client.post(page, form)
    wrong = client.post(answer["Location"], {"code": "000000"})
    assert "not right" in text_of(wrong)
    assert not Operation.objects.exists()
    prove(client, answer)
    assert Operation.objects.count() == 1


def test_agreeing_to_a_close_needs_it_too(operator, approver, later):
    enrol_app(approver)
    operation = ask("close", rows.account(), operator)
    client = signed_in(approver)
    form = {**hidden_of(client.get(page_of(operation, "decide"))), "decision": "approve"}
    later()
    answer = client.post(page_of(operation, "decide"), form)
    assert is_asked_again(answer)
    operation.refresh_from_db()
    assert operation.state == Operation.State.REQUESTED


@pytest.mark.parametrize("kind", ["deactivate"])
def test_what_can_be_undone_needs_none(operator, later, kind):
    enrol_app(operator)
    client, page = signed_in(operator), ask_address(rows.account(), kind)
    later()
    assert client.get(page).status_code == 200


def test_proposing_and_confirming_an_end_need_it(operator, approver, later):
    enrol_app(operator)
    enrol_app(approver)
    found = rows.contradiction(rows.account(status="closed"))
    rows.proposal(found, "keep", operator)
    other = rows.contradiction(rows.account(status="closed"))
    maker, checker = signed_in(operator), signed_in(approver)
    later()
    propose = reverse("admin:accounts_app_discrepancy_resolve", args=[other.pk])
    confirm = reverse("admin:accounts_app_resolution_decide", args=[Resolution.objects.get().pk])
    assert is_asked_again(maker.get(propose))
    assert is_asked_again(checker.get(confirm))


def test_a_password_is_no_factor_for_who_has_one(operator, later):
    enrol_app(operator)
    client = signed_in(operator)
    later()
    answer = client.post(
        reverse("account_reauthenticate"), {"password": "operator-password-of-tests"}
    )
    assert is_asked_again(answer)


def test_in_the_demo_nobody_without_a_factor_is_asked(operator, later, settings):
    settings.DEMO = True
    client, page = signed_in(operator), ask_address(rows.account(), "close")
    session = client.session
    del session["proof"]
    session.save()
    later()
    assert client.get(page).status_code == 200
