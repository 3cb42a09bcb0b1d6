"""H1 to H6: what people do at the same time, twice, too late, or to their own requests."""

import uuid
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from accounts_app.errors import OperationOpen, SameEyes
from accounts_app.models import Attempt, Operation
from accounts_app.services import operations
from tests.admin import rows
from tests.admin.pages import ask_address, fill_in, page_of, signed_in, text_of
from tests.factories import ask
from tests.faults.together import at_once, refused
from tests.services.test_send import advanced, approved_by, effects
from tests.services.test_sign import account as opened  # noqa: F401 -- a fixture
from tests.services.test_sign import signature_of

State = Operation.State
ROUNDS = 5
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@committing
@pytest.mark.parametrize("kind", ["deactivate", "close", "create_account"])
def test_h01_two_staff_same_action_same_second_make_one_operation(
    programme, operator, approver, kind
):
    for number in range(1, ROUNDS + 1):
        target = programme.customer() if kind == "create_account" else programme.account()
        said = at_once(partial(ask, kind, target, operator), partial(ask, kind, target, approver))
        assert refused(said) == ["OperationOpen"]
        assert Operation.objects.count() == number


def test_h01_the_second_person_reads_who_asked_when_and_where(programme, operator, approver):
    account = programme.account()
    browser, address = signed_in(approver), ask_address(account, "deactivate")
    form = fill_in(browser, address)
    first = ask("close", account, operator)
    answer = browser.post(address, form)
    asked_at = f"{first.requested_at:%H:%M UTC on %d %B}"
    assert f"already requested by operator at {asked_at}" in text_of(answer)
    assert f'href="{page_of(first)}"' in answer.content.decode()


def test_h01_the_database_itself_holds_one_open_operation(programme, operator):
    operation = ask("close", programme.account(), operator)
    operation.pk, operation.form_number = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        operation.save(force_insert=True)


@committing
def test_h02_of_two_different_actions_the_first_wins(programme, operator, approver):
    for _ in range(ROUNDS):
        account = programme.account()
        said = at_once(
            partial(ask, "deactivate", account, operator), partial(ask, "close", account, approver)
        )
        assert refused(said) == ["OperationOpen"]
        assert account.operations.count() == 1


def test_h02_what_was_refused_is_not_done_later(programme, operator, approver):
    account = programme.account()
    first = ask("deactivate", account, operator)
    with pytest.raises(OperationOpen):
        ask("close", account, approver)
    advanced(first)
    assert list(account.operations.all()) == [first]


@committing
def test_h03_a_double_click_makes_one_operation(programme, operator):
    for number in range(1, ROUNDS + 1):
        account, form = programme.account(), uuid.uuid4()
        click = partial(ask, "deactivate", account, operator, form_number=form)
        first, second = at_once(click, click)
        assert first == second
        assert Operation.objects.count() == number


def test_h03_back_and_send_again_leads_to_the_operation_that_ended(programme, operator):
    browser, address = signed_in(operator), ask_address(programme.account(), "deactivate")
    form = fill_in(browser, address)
    first = browser.post(address, form)
    assert Operation.objects.get().state == State.SUCCEEDED
    assert browser.post(address, form)["Location"] == first["Location"]
    assert Attempt.objects.count() == 1


def test_h04_a_stale_page_is_told_what_was_shown_and_what_is_so_now(operator):
    account = rows.account(currencies=["EUR"])
    browser, address = signed_in(operator), ask_address(account, "close")
    form = fill_in(browser, address, confirmation=str(account.pk))
    rows.changed(account, status="inactive", currencies=["EUR", "USD"])
    told = text_of(browser.post(address, form))
    assert "When you opened the page: ● active now: ◐ inactive" in told
    assert "Also: currencies EUR → EUR, USD" in told
    assert not Operation.objects.exists()


def test_h04_a_page_with_no_visible_difference_is_stale_too(operator):
    account = rows.account()
    browser, address = signed_in(operator), ask_address(account, "deactivate")
    form = fill_in(browser, address)
    rows.changed(account)
    assert "The account changed since you opened this page" in text_of(browser.post(address, form))
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("kind", "status", "changed"),
    [("reactivate", "inactive", "active"), ("close", "active", "closed")],
)
def test_h05_an_account_that_changed_since_the_approval_is_not_touched(  # noqa: PLR0917 -- fixtures
    programme, operator, approver, sandbox, kind, status, changed
):
    account = programme.account(status)
    operation = approved_by(approver, ask(kind, account, operator))
    sandbox.world.change("account", str(account.pk), changed)
    operation = advanced(operation)
    assert operation.state == State.STALE
    assert operation.outcome == f"Not sent: the account is now {changed}."
    assert effects(sandbox, operation) == []


def test_h05_a_signature_is_not_sent_for_an_account_that_moved_on(opened, operator, sandbox):  # noqa: F811
    signature = signature_of(opened, sandbox)
    operation = ask("sign_challenge", opened, operator, fields={"signature": signature})
    sandbox.world.change("account", str(opened.pk), "failed")
    operation = advanced(operation)
    assert (operation.state, operation.attempts.count()) == (State.STALE, 0)
    assert operation.outcome == "Not sent: the account is now failed."


@pytest.fixture
def own(programme, operator, approver) -> Operation:
    """A request of the operator, who is the same person as the approver."""
    operator.email, approver.email = "anna@example.com", " Anna@Example.com"
    operator.save()
    approver.save()
    return ask("reactivate", programme.account("inactive"), operator)


def test_h06_the_service_refuses_another_login_of_the_maker(own, approver):
    with pytest.raises(SameEyes):
        operations.approve(own.pk, checker=approver, digest=own.digest)


def test_h06_another_login_of_the_maker_cannot_reject_either(own, approver):
    with pytest.raises(SameEyes):
        operations.reject(own.pk, checker=approver, note="No")


def test_h06_who_asked_is_recorded_for_good(own, operator, approver):
    operator.email = "other@example.com"
    operator.save()
    with pytest.raises(SameEyes):
        operations.approve(own.pk, checker=approver, digest=own.digest)


def test_h06_logins_that_became_one_person_since_are_one(programme, operator, approver):
    request = ask("close", programme.account(), operator)
    operator.email = approver.email = "anna@example.com"
    operator.save()
    approver.save()
    with pytest.raises(SameEyes):
        operations.approve(request.pk, checker=approver, digest=request.digest)


def test_h06_the_database_itself_refuses_one_person_with_two_logins(own, approver):
    same = {"checker": approver, "checker_subject": own.maker_subject}
    with (
        pytest.raises(IntegrityError, match="maker_and_checker_are_two_people"),
        transaction.atomic(),
    ):
        Operation.objects.filter(pk=own.pk).update(**same)


def test_h06_the_page_offers_another_login_of_the_maker_no_decision(own, approver):
    browser = signed_in(approver)
    assert "Look at it and decide" not in text_of(browser.get(page_of(own)))
    told = text_of(browser.get(page_of(own, "decide")))
    assert "You asked for this yourself, so you cannot decide it" in told
    assert "Your decision" not in told


def test_h06_the_form_refuses_another_login_of_the_maker(own, approver):
    form = {"decision": "approve", "digest": own.digest}
    answer = signed_in(approver).post(page_of(own, "decide"), form)
    assert answer.status_code == 403
    assert Operation.objects.get().state == State.REQUESTED


def test_h06_a_person_withdraws_their_request_with_any_of_their_logins(own, approver):
    assert operations.cancel(own.pk, maker=approver).state == State.CANCELLED


def test_h06_both_people_are_recorded_with_the_decision(programme, operator, approver):
    approved = approved_by(approver, ask("close", programme.account(), operator))
    assert (approved.maker_subject, approved.checker_subject) == ("operator", "approver")
    rejected = ask("close", programme.account(), operator)
    rejected = operations.reject(rejected.pk, checker=approver, note="No")
    assert rejected.checker_subject == "approver"
