"""Deciding another person's request: what is shown, who may, and what becomes of it."""

import pytest
from django.db import IntegrityError, transaction

from accounts_app import work
from accounts_app.errors import SameEyes
from accounts_app.models import Account, Operation, Source
from accounts_app.services import operations, refresh
from tests.admin.pages import hidden_of, page_of, signed_in, text_of
from tests.factories import ask
from tests.services.test_send import advanced, approved_by, when_due

State = Operation.State


@pytest.fixture
def account(programme) -> Account:
    """An inactive account."""
    return programme.account("inactive")


@pytest.fixture
def requested(account, operator) -> Operation:
    """A request that waits for a second person."""
    return ask("reactivate", account, operator, reason="Cleared by the desk", reference="CASE-9")


def decide(person, operation, decision, **entries):
    """Open the decide page and send a decision from it."""
    browser, address = signed_in(person), page_of(operation, "decide")
    form = hidden_of(browser.get(address))
    return browser.post(address, {**form, "decision": decision, **entries})


def test_an_approved_request_is_sent_at_once(requested, account, approver):
    answer = decide(approver, requested, "approve", note="Looks right")
    requested.refresh_from_db()
    account.refresh_from_db()
    assert answer["Location"] == page_of(requested)
    assert (requested.state, requested.checker, requested.note) == (
        State.SUCCEEDED,
        approver,
        "Looks right",
    )
    assert account.status == "active"


def test_a_rejected_request_sends_nothing(requested, account, approver, sandbox):
    before = len(sandbox.ledger())
    decide(approver, requested, "reject", note="Wrong account")
    requested.refresh_from_db()
    assert (requested.state, requested.note) == (State.REJECTED, "Wrong account")
    assert len(sandbox.ledger()) == before


def test_a_rejection_says_why(requested, approver):
    answer = decide(approver, requested, "reject", note=" ")
    assert "Say why you reject it" in text_of(answer)
    requested.refresh_from_db()
    assert requested.state == State.REQUESTED


def test_the_checker_sees_what_they_agree_to(requested, account, approver):
    page = text_of(signed_in(approver).get(page_of(requested, "decide")))
    for words in ("Cleared by the desk", "CASE-9", "operator", requested.path, requested.digest):
        assert words in page
    assert f"PATCH /accounts/{account.pk}/activate" in page


def test_what_changed_since_is_marked(requested, account, approver, sandbox):
    sandbox.world.change("account", str(account.pk), "active")
    browser = signed_in(approver)
    looked = browser.post(page_of(requested, "look"), follow=True)
    assert "which does not allow this any more" in text_of(looked)
    assert 'class="is-different"' in looked.content.decode()


def test_who_caused_the_present_state_is_named(programme, operator, approver):
    account = programme.account()
    first = ask("deactivate", account, operator)
    work.advance(first.pk)
    account.refresh_from_db()
    second = ask("reactivate", account, operator)
    page = text_of(signed_in(approver).get(page_of(second, "decide")))
    assert f"by operation {first.pk} of operator." in page


def test_what_an_operation_found_and_did_not_do_is_not_put_on_it(
    programme, operator, approver, sandbox
):
    account = programme.account("inactive")
    first = approved_by(approver, ask("reactivate", account, operator))
    sandbox.faults.add(operation="activateAccount", action="status", code=429)
    put_off = advanced(first)
    sandbox.world.change("account", str(account.pk), "active")
    assert when_due(put_off).outcome == "Not sent: the account is now active."
    assert "Provider also changed this" in text_of(signed_in(approver).get(page_of(first)))
    account.refresh_from_db()
    page = text_of(signed_in(approver).get(page_of(ask("close", account, operator), "decide")))
    assert "by the provider, or by whoever acted there" in page
    assert "by operation" not in page


def test_a_state_the_provider_caused_is_not_put_on_anybody(programme, operator, approver, sandbox):
    account = programme.account()
    sandbox.world.change("account", str(account.pk), "inactive")
    refresh.account(account.pk, source=Source.WEBHOOK)
    account.refresh_from_db()
    page = text_of(signed_in(approver).get(page_of(ask("reactivate", account, operator), "decide")))
    assert "as seen in a read after a webhook" in page


def test_ones_own_request_can_only_be_withdrawn(requested, operator):
    page = text_of(signed_in(operator).get(page_of(requested, "decide")))
    assert "You asked for this yourself, so you cannot decide it" in page
    assert "Withdraw the request" in page
    assert "Approve" not in page.split("Withdraw")[1]


def test_the_form_refuses_the_maker(account, approver):
    own = ask("reactivate", account, approver)
    answer = signed_in(approver).post(
        page_of(own, "decide"), {"decision": "approve", "digest": own.digest}
    )
    own.refresh_from_db()
    assert (answer.status_code, own.state) == (403, State.REQUESTED)
    assert "You cannot decide your own request" in text_of(answer)


def test_the_service_refuses_the_maker(account, approver):
    own = ask("reactivate", account, approver)
    with pytest.raises(SameEyes):
        operations.approve(own.pk, checker=approver, digest=own.digest)


def test_the_database_refuses_the_maker(requested, operator):
    with pytest.raises(IntegrityError, match="maker_is_not_checker"), transaction.atomic():
        Operation.objects.filter(pk=requested.pk).update(checker=operator)


def test_a_maker_withdraws_their_request(requested, operator):
    signed_in(operator).post(page_of(requested, "cancel"))
    requested.refresh_from_db()
    assert requested.state == State.CANCELLED


def test_nobody_else_withdraws_it(requested, approver):
    answer = signed_in(approver).post(page_of(requested, "cancel"))
    requested.refresh_from_db()
    assert (answer.status_code, requested.state) == (403, State.REQUESTED)


def test_a_decision_about_another_digest_is_refused(requested, approver):
    answer = decide(approver, requested, "approve", digest="0" * 64)
    assert "This is not the request you were shown" in text_of(answer)
    assert requested.digest in answer.content.decode()


def test_a_second_decision_comes_too_late(requested, approver):
    browser, address = signed_in(approver), page_of(requested, "decide")
    form = {**hidden_of(browser.get(address)), "decision": "approve"}
    browser.post(address, form)
    answer = browser.post(address, {**form, "decision": "reject", "note": "no"}, follow=True)
    assert "This request was decided already: Done" in text_of(answer)
    assert "There is nothing to decide: done" in text_of(browser.get(address, follow=True))


@pytest.mark.parametrize("entries", [{}, {"decision": "maybe"}, {"decision": "approve"}])
def test_a_form_without_its_parts_decides_nothing(requested, approver, entries):
    answer = signed_in(approver).post(page_of(requested, "decide"), entries)
    requested.refresh_from_db()
    assert "nothing was decided" in text_of(answer)
    assert requested.state == State.REQUESTED
