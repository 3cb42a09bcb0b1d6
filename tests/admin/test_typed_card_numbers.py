"""S54: whoever types a card number on a page is told, and it goes no further."""

from contextlib import contextmanager

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts_app.models import Account, AuditEntry, Incident, Operation, Review, SavedView
from accounts_app.services import card_alarm
from backoffice.typed import masked
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import ask_address, fill_in, signed_in, text_of

pytestmark = pytest.mark.django_db
NUMBER, WRITTEN, MASKED = "4111111111111111", "4111 1111 1111 1111", "************1111"
TOLD = "A card number was masked in what you typed"


@pytest.fixture
def alerted(django_capture_on_commit_callbacks):
    """Raise the alerts at a block's end, as a commit does, and do none of the work it wakes."""

    @contextmanager
    def block():
        with django_capture_on_commit_callbacks() as waiting:
            yield
        for callback in waiting:
            if getattr(callback, "func", None) is card_alarm._notice:
                callback()

    return block


def asked(person, account, **entries):
    """Ask on the page and follow to the next; entries replace what is filled in."""
    client = signed_in(person)
    page = ask_address(account, "deactivate")
    return client.post(page, fill_in(client, page, **entries), follow=True)


def test_a_reason_and_a_reference_are_masked_and_their_writer_is_told(operator):
    answer = asked(operator, rows.account(), reason=f"Lost {WRITTEN}", reference=NUMBER)
    operation = Operation.objects.get()
    assert (operation.reason, operation.reference) == ("Lost **** **** **** 1111", MASKED)
    assert TOLD in text_of(answer)
    assert WRITTEN not in answer.content.decode()


def test_it_raises_an_alert_without_the_number(operator, auditor, alerted):
    with alerted():
        asked(operator, rows.account(), reason=NUMBER)
    incident = Incident.objects.get()
    assert incident.kind == Incident.Kind.CARD_NUMBER
    assert "what was typed on /admin/accounts_app/account/" in incident.words
    page = text_of(signed_in(auditor).get("/admin/health/"))
    assert "A card number was about to be stored" in page
    assert not AuditEntry.objects.filter(after__icontains=NUMBER).exists()


def test_a_refused_form_shows_it_masked_and_keeps_the_rest(operator):
    answer = asked(operator, rows.account(), reason=" ", reference=f"CASE-7 {NUMBER}")
    assert f"CASE-7 {MASKED}" in answer.content.decode()
    assert NUMBER not in answer.content.decode()
    assert not Operation.objects.exists()


def test_a_revision_that_passes_for_one_is_left_alone(operator, alerted):
    account = rows.account(updatedAt="2026-03-01T09:00:00.000006Z")
    with alerted():
        answer = asked(operator, account)
    assert TOLD not in text_of(answer)
    assert Operation.objects.get().seen["revision"] == account.revision
    assert not Incident.objects.exists()


def test_a_search_for_one_is_masked_on_the_page(viewer):
    answer = signed_in(viewer).get(address(Account, "changelist"), {"q": WRITTEN})
    assert TOLD in text_of(answer)
    assert WRITTEN not in answer.content.decode()
    assert WRITTEN.replace(" ", "+") not in answer.content.decode()


def test_a_saved_view_keeps_none(viewer):
    told = {"list": "accounts_app.account", "query": f"q={NUMBER}", "name": WRITTEN}
    signed_in(viewer).post(reverse("admin:save_view"), told)
    view = SavedView.objects.get()
    assert (view.name, QueryDict(view.query)["q"]) == ("**** **** **** 1111", MASKED)


def test_a_reviewers_note_is_masked(operator, approver):
    asked(operator, rows.account())
    review = Review.objects.get()
    page = reverse("admin:accounts_app_review_tick", args=[review.pk])
    signed_in(approver).post(page, {"note": f"Seen {NUMBER}"})
    assert Review.objects.get().note == f"Seen {MASKED}"


def test_a_stranger_raises_no_alert(client, alerted):
    with alerted():
        client.post(reverse("admin:index"), {"reason": NUMBER})
    assert not Incident.objects.exists()


def test_a_password_is_taken_to_the_letter(rf):
    typed = rf.post("/", {"old_password": NUMBER, "new_password1": NUMBER}).POST
    assert masked(typed) is None
