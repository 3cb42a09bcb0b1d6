"""The pages on which people pause sending and let it go on."""

import re

import pytest
from django.urls import reverse

from accounts_app.models import Pause
from accounts_app.services import pausing
from tests.admin.pages import hidden_of, signed_in, text_of
from tests.services.test_pausing import break_the_chain

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_app_pause_changelist")
PAUSE = reverse("admin:accounts_app_pause_pause")
RESUME = reverse("admin:accounts_app_pause_resume")


@pytest.fixture
def paused(operator) -> Pause:
    """Sending stands still."""
    return pausing.pause(Pause.Cause.HAND, "Something looks wrong", person=operator)


def test_an_operator_pauses_with_a_reason(operator):
    answer = signed_in(operator).post(PAUSE, {"reason": "Something looks wrong"}, follow=True)
    assert "Sending is paused." in text_of(answer)
    found = pausing.current()
    assert (found.cause, found.reason, found.person) == ("hand", "Something looks wrong", operator)


def test_the_page_says_what_pausing_does(operator):
    text = text_of(signed_in(operator).get(PAUSE))
    assert "Nothing more is sent to the provider" in text
    assert "Reading, checking outcomes and taking in webhooks go on." in text


def test_a_pause_without_a_reason_is_refused(operator):
    answer = signed_in(operator).post(PAUSE, {"reason": " "})
    assert "Say why" in text_of(answer)
    assert pausing.current() is None


@pytest.mark.parametrize("address", [PAUSE, RESUME])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_viewer_may_do_neither(viewer, paused, address, method):
    answer = getattr(signed_in(viewer), method)(address, {"reason": "Because"})
    assert answer.status_code == 403


def test_who_may_not_let_sending_go_on_reads_who_may(operator, approver, paused):
    answer = signed_in(operator).get(RESUME)
    text = text_of(answer)
    assert answer.status_code == 403
    assert "You may not let sending go on. Those who may: approver." in text
    assert "Back to the pauses" in text


def test_nobody_who_left_is_named(operator, approver, paused):
    approver.is_active = False
    approver.save()
    assert "Those who may: nobody at present." in text_of(signed_in(operator).get(RESUME))


def test_who_may_not_pause_reads_who_may(viewer, operator, approver):
    assert "Those who may: approver, operator." in text_of(signed_in(viewer).get(PAUSE))


def test_a_fault_of_the_chain_is_acknowledged_by_name(sandbox, approver, paused):
    break_the_chain()
    browser = signed_in(approver)
    answer = browser.post(RESUME, {"reason": "Restored from the backup"})
    assert "audit entry 1: altered" in text_of(answer)
    assert "I acknowledge the fault of the audit chain at entry 1: altered" in text_of(answer)
    assert "Restored from the backup" in answer.content.decode()
    form = {**hidden_of(answer), "reason": "Restored from the backup", "acknowledged": "on"}
    assert "Sending goes on." in text_of(browser.post(RESUME, form, follow=True))


def test_a_fault_that_is_not_ticked_is_not_acknowledged(sandbox, approver, paused):
    break_the_chain()
    browser = signed_in(approver)
    form = hidden_of(browser.post(RESUME, {"reason": "Well"}))
    answer = browser.post(RESUME, {**form, "reason": "Well"})
    assert "Sending stays paused: audit entry 1: altered." in text_of(answer)
    assert pausing.current() == paused


def test_another_fault_than_the_one_ticked_is_shown_unticked(sandbox, approver, paused):
    break_the_chain()
    entries = {"reason": "Well", "fault": "7: missing", "acknowledged": "on"}
    answer = signed_in(approver).post(RESUME, entries)
    assert "audit entry 7: missing is not, or no longer, the first fault" in text_of(answer)
    assert "I acknowledge the fault of the audit chain at entry 1: altered" in text_of(answer)
    assert not re.search('<input[^>]*name="acknowledged"[^>]* checked', answer.content.decode())
    assert pausing.current() == paused


@pytest.mark.parametrize("fault", ["", "nonsense", "9" * 40 + ": altered"])
def test_a_fault_that_is_none_is_no_acknowledgement(sandbox, approver, paused, fault):
    break_the_chain()
    entries = {"reason": "Well", "fault": fault, "acknowledged": "on"}
    answer = signed_in(approver).post(RESUME, entries)
    assert "Sending stays paused: audit entry 1: altered." in text_of(answer)


def test_an_operator_may_not_let_sending_go_on(operator, paused):
    assert signed_in(operator).post(RESUME, {"reason": "All is well"}).status_code == 403
    assert pausing.current() == paused


def test_pausing_what_is_paused_leads_to_the_list(operator, paused):
    answer = signed_in(operator).get(PAUSE, follow=True)
    assert "Sending is paused already." in text_of(answer)


def test_an_approver_lets_sending_go_on(sandbox, approver, paused):
    answer = signed_in(approver).post(RESUME, {"reason": "All is well"}, follow=True)
    assert "Sending goes on." in text_of(answer)
    ended = Pause.objects.get()
    assert (ended.ended_by, ended.end_reason) == (approver, "All is well")


def test_a_failed_test_read_is_told_and_keeps_what_was_typed(sandbox, approver, paused):
    sandbox.faults.add(operation="listWebhooks", action="status", code=403)
    answer = signed_in(approver).post(RESUME, {"reason": "Credentials are back"})
    text = text_of(answer)
    assert "Sending stays paused: a test read failed." in text
    assert "Credentials are back" in text
    assert pausing.current() == paused


def test_letting_go_on_what_is_not_paused_leads_to_the_list(approver):
    answer = signed_in(approver).get(RESUME, follow=True)
    assert "Sending is not paused." in text_of(answer)


def test_the_list_offers_to_pause(operator):
    assert PAUSE in signed_in(operator).get(LIST).content.decode()


def test_the_list_offers_to_go_on_while_paused(approver, paused):
    page = signed_in(approver).get(LIST).content.decode()
    assert RESUME in page
    assert PAUSE not in page


def test_the_list_offers_nothing_to_those_who_may_only_look(viewer, paused):
    page = signed_in(viewer).get(LIST).content.decode()
    assert RESUME not in page
    assert "Something looks wrong" in page


def test_the_list_says_who_and_why_on_both_ends(sandbox, viewer, approver, paused):
    pausing.resume(person=approver, reason="All is well")
    text = text_of(signed_in(viewer).get(LIST))
    told = ("Paused by hand", "Something looks wrong", "operator", "All is well", "approver")
    assert all(words in text for words in told)


def test_the_programmes_own_pause_is_told_as_in_the_banner(viewer):
    pausing.pause(Pause.Cause.CREDENTIALS, "The provider refused our credentials (403).")
    assert (
        "the programme itself"
        in signed_in(viewer).get(LIST).rendered_content.split("result_list")[1]
    )
