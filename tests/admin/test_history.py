"""The history page: an entity's whole story, in words, newest first."""

import pytest
from django.contrib.auth.models import User

from accounts_app.models import AuditEntry, Customer
from accounts_app.services import operations, resolutions
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import page_of, signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db


def story(person, row, **query):
    """Open a row's history page."""
    return signed_in(person).get(address(type(row), "history", row.pk), query)


def test_a_request_is_told_with_who_what_and_why(operator):
    account = rows.account()
    operation = ask("close", account, operator, reason="Letter of 3 March")
    answer = story(operator, account)
    assert "Person operator Close for good: requested" in text_of(answer)
    assert "“Letter of 3 March”" in text_of(answer)
    assert f'href="{page_of(operation)}"' in answer.content.decode()


def test_codes_are_put_into_words(operator, approver):
    account = rows.account()
    operation = ask("close", account, operator)
    operations.reject(operation.pk, checker=approver, note="Not signed by the owner")
    text = text_of(story(operator, account))
    assert "Person approver Close for good: rejected" in text
    assert "Not signed by the owner" in text
    assert "close." not in text


def test_the_reason_is_told_once(operator, approver):
    account = rows.account()
    operation = ask("close", account, operator, reason="Letter of 3 March")
    operations.reject(operation.pk, checker=approver, note="No")
    assert text_of(story(operator, account)).count("Letter of 3 March") == 1


def test_what_the_provider_changed_is_told_before_and_after(viewer):
    account = rows.account()
    rows.changed(account, status="inactive", chainId="eip155:324:0x" + "ab" * 20)
    text = text_of(story(viewer, account))
    assert "Provider Changed, inactive" in text
    assert "status active → inactive" in text
    assert "chain id — → eip155:324:0xab…ab" in text


def test_a_webhook_is_told_with_its_deliveries(viewer):
    account = rows.account()
    body = b'{"id": 1}'
    rows.event(account, body)
    assert "Webhook Account updated, says active delivered once" in text_of(story(viewer, account))


def test_a_contradiction_is_told(viewer):
    account = rows.account(status="closed")
    rows.contradiction(account)
    text = text_of(story(viewer, account))
    assert "Discrepancy: opened The provider says active; we hold closed." in text


def test_so_is_what_two_people_made_of_it(viewer, operator, approver):
    account = rows.account(status="closed")
    proposal = rows.proposal(rows.contradiction(account), "keep", operator, evidence="Ticket 7")
    resolutions.confirm(proposal.pk, decider=approver, digest=proposal.digest, note="I agree")
    text = text_of(story(viewer, account))
    assert "operator Proposal: proposed “Ticket 7” Keep what we hold" in text
    assert "approver Proposal: confirmed “I agree” Keep what we hold" in text


def test_the_newest_comes_first(operator):
    account = rows.account()
    ask("close", account, operator)
    text = text_of(story(operator, account))
    assert text.index("Close for good: requested") < text.index("First seen, active")


def test_what_staff_wrote_is_escaped(operator):
    account = rows.account()
    ask("close", account, operator, reason="<script>alert(1)</script>")
    assert b"<script>alert" not in story(operator, account).content


@pytest.mark.parametrize("make", [rows.customer, lambda: rows.card(rows.account())])
def test_customers_and_cards_have_stories_too(viewer, make):
    assert "First seen, active" in text_of(story(viewer, make()))


def test_the_story_of_nobody_is_not_found(viewer):
    page = address(Customer, "history", rows.account().pk)
    assert signed_in(viewer).get(page).status_code == 404


def test_who_may_not_see_accounts_reads_no_story(viewer):
    viewer.groups.clear()
    assert story(viewer, rows.account()).status_code == 403


def test_an_operations_history_is_its_entries_in_the_audit(auditor, operator):
    operation = ask("close", rows.account(), operator, reason="Letter of 3 March")
    answer = signed_in(auditor).get(page_of(operation, "history"), follow=True)
    assert answer.context["cl"].model is AuditEntry
    assert {entry.operation for entry in answer.context["cl"].result_list} == {operation}


def test_it_tells_a_viewer_nothing_of_what_the_audit_keeps(viewer, operator):
    operation = ask("close", rows.account(), operator)
    assert signed_in(viewer).get(page_of(operation, "history")).status_code == 403


def test_a_persons_history_is_for_auditors_and_not_for_user_admins(auditor, user_admin, viewer):
    page = address(User, "history", viewer.pk)
    assert signed_in(auditor).get(page).status_code == 302
    assert signed_in(user_admin).get(page).status_code == 403
    person = signed_in(user_admin).get(address(User, "change", viewer.pk))
    assert page not in person.content.decode()
