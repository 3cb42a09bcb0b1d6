"""The page that follows an operation: its steps, its attempts, and what to do now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, Attempt, Operation
from tests.admin.pages import page_of, signed_in, text_of
from tests.factories import ask
from tests.guarded import alter

State = Operation.State


@pytest.fixture
def account(programme) -> Account:
    """An active account."""
    return programme.account()


@pytest.fixture
def operation(account, operator) -> Operation:
    """A deactivation that was carried out."""
    operation = ask("deactivate", account, operator, reason="Lost\nphone", reference="CASE-3")
    work.advance(operation.pk)
    return operation


def page(person, operation) -> str:
    """Return the words of an operation's page."""
    return text_of(signed_in(person).get(page_of(operation)))


def test_a_finished_operation_tells_its_whole_story(operation, viewer):
    words = page(viewer, operation)
    for told in (
        "Asked",
        "operator",
        "one person suffices",
        "The account is inactive.",
        "Lost phone",
        "CASE-3",
        "Answered",
        "202",
    ):
        assert told in words


def test_a_finished_page_does_not_ask_again(operation, viewer):
    html = signed_in(viewer).get(page_of(operation)).content.decode()
    assert 'data-ended="yes"' in html
    assert "Reload to see" not in html


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.APPROVED, "Approved, waiting to be sent. Nothing to do: it is sent by itself."),
        (State.SENDING, "Being sent. Nothing to do"),
        (State.ACCEPTED, "Accepted by the provider, not finished."),
        (State.UNCERTAIN, "Outcome unknown, checking automatically. Do not repeat it."),
        (
            State.NEEDS_HUMAN,
            "Needs attention. Do not repeat it. Ask the provider what became of it. Then two",
        ),
        (State.FAILED, "Refused by the provider. Nothing was changed."),
        (State.NOT_APPLIED, "Not applied at the provider. Nothing was changed."),
        (State.STALE, "Not sent. Nothing was sent."),
        (State.EXPIRED, "Expired. Nothing was sent."),
    ],
)
def test_every_state_says_what_it_means_and_what_to_do(operation, viewer, state, words):
    alter(Operation.objects.filter(pk=operation.pk), state=state, outcome="")
    assert words in page(viewer, operation)


def test_the_next_try_is_told(operation, viewer):
    later = timezone.now() + timedelta(minutes=5)
    alter(Operation.objects.filter(pk=operation.pk), state=State.UNCERTAIN, next_at=later)
    assert f"Next try {later:%-d %b %Y, %H:%M}" in page(viewer, operation)


def test_an_operation_that_was_not_applied_can_be_asked_for_anew(operation, operator, viewer):
    alter(Operation.objects.filter(pk=operation.pk), state=State.NOT_APPLIED)
    assert "Ask anew" in page(operator, operation)
    assert "Ask anew it" not in page(viewer, operation)


def test_an_operation_names_the_earlier_one_it_repeats(operation, account, programme, operator):
    alter(Operation.objects.filter(pk=operation.pk), state=State.NOT_APPLIED)
    account.refresh_from_db()
    repeated = ask("reactivate", account, operator)
    alter(Operation.objects.filter(pk=repeated.pk), earlier=operation)
    assert f"It repeats Deactivate #{operation.pk}" in page(operator, repeated)
    assert f"It was asked for anew: Reactivate #{repeated.pk}" in page(operator, operation)


def test_the_number_of_queries_does_not_grow(operation, programme, account, viewer):
    browser, address = signed_in(viewer), page_of(operation)
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for number in range(2, 9):
        Attempt.objects.create(
            operation=operation, number=number, lease_number=1, started_at=timezone.now()
        )
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few)


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "x"])
def test_an_unknown_number_is_not_found(viewer, operation, number):
    assert (
        signed_in(viewer).get(f"/admin/accounts_app/operation/{number}/change/").status_code == 404
    )


@pytest.mark.parametrize("by", ["number", "account", "customer", "external"])
def test_an_operation_is_found_by_what_staff_hold(operation, account, approver, by):
    term = {
        "number": str(operation.pk),
        "account": str(account.pk),
        "customer": str(account.customer_id),
        "external": account.customer.external_id,
    }[by]
    found = signed_in(approver).get("/admin/accounts_app/operation/", {"q": term})
    assert page_of(operation) in found.content.decode()


@pytest.mark.parametrize("chosen", ["kind=close", "state__exact=failed"])
def test_the_list_is_narrowed_by_kind_and_state(operation, viewer, chosen):
    found = signed_in(viewer).get(f"/admin/accounts_app/operation/?{chosen}")
    assert "Nothing matches what you searched for" in text_of(found)


def test_the_filter_calls_no_failed_fetch_a_refusal(operation, viewer):
    text = text_of(signed_in(viewer).get("/admin/accounts_app/operation/"))
    assert "Refused, or ended without a challenge" in text
    assert "Refused by the provider" not in text


def test_the_list_is_narrowed_by_maker(operation, programme, approver, viewer):
    other = ask("deactivate", programme.account(), approver)
    address = f"/admin/accounts_app/operation/?maker__id__exact={approver.pk}"
    page = signed_in(viewer).get(address).content.decode()
    assert (page_of(other) in page, page_of(operation) in page) == (True, False)
