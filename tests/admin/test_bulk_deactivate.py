"""Deactivating several accounts with one page and one reason."""

import pytest

from accounts_app import work
from accounts_app.models import Account, AuditEntry, Batch, BatchItem, Operation, Source
from accounts_app.services import refresh
from tests.admin.conftest import address
from tests.admin.pages import page_of, signed_in, text_of
from tests.admin.ticking import asked_for, filled_in, send, tick
from tests.factories import ask


@pytest.fixture
def accounts(programme):
    """Three active accounts of one customer, one with a card."""
    customer = programme.customer()
    accounts = [programme.account(customer=customer) for _ in range(3)]
    programme.card(accounts[0])
    return accounts


def test_each_ticked_account_gets_an_operation_of_its_own(accounts, operator):
    browser = signed_in(operator)
    result = send(browser, tick(browser, accounts))
    made = Operation.objects.all()
    assert {operation.account for operation in made} == set(accounts)
    assert {operation.reason for operation in made} == {"Pattern 17"}
    assert all(page_of(operation) in result.content.decode() for operation in made)


def test_the_cause_is_kept_with_the_batch_and_each_operation(accounts, operator):
    batch = asked_for(operator, accounts, cause="fraud")
    assert {operation.cause for operation in Operation.objects.all()} == {"fraud"}
    page = signed_in(operator).get(address(Batch, "change", batch.pk))
    assert "Suspected fraud. Pattern 17" in text_of(page)


def test_the_result_has_a_page_that_can_be_loaded_again(accounts, operator):
    browser = signed_in(operator)
    result = send(browser, tick(browser, accounts))
    batch = Batch.objects.get()
    assert result.redirect_chain == [(address(Batch, "change", batch.pk), 302)]
    again = browser.get(address(Batch, "change", batch.pk))
    assert "0 of 3 finished" in text_of(again)


def test_the_page_before_can_be_loaded_again_too(accounts, operator):
    browser = signed_in(operator)
    page = tick(browser, accounts)
    assert "3 of 3 will be asked for" in text_of(browser.get(page.wsgi_request.get_full_path()))


def test_the_worker_sends_them_and_the_page_tells(accounts, operator):
    batch = asked_for(operator, accounts)
    work.run_due()
    assert set(Operation.objects.values_list("state", flat=True)) == {"succeeded"}
    page = text_of(signed_in(operator).get(address(Batch, "change", batch.pk)))
    assert "3 of 3 finished: 3 done" in page


def test_the_page_tells_what_would_happen_to_each(accounts, programme, operator, approver):
    ask("close", accounts[1], approver)
    stopped = programme.account("inactive")
    page = text_of(tick(signed_in(operator), [*accounts, stopped]))
    assert "2 of 4 will be asked for, 2 cannot be" in page
    assert "Deactivated, with 1 card:" in page
    assert "was already requested by approver" in page
    assert "it is inactive" in page
    assert not Operation.objects.filter(kind="deactivate").exists()


def test_what_the_page_said_would_not_happen_does_not(accounts, operator, approver):
    close = ask("close", accounts[1], approver)
    browser = signed_in(operator)
    page = tick(browser, accounts)
    Operation.objects.filter(pk=close.pk).update(state="cancelled")
    result = text_of(send(browser, page))
    assert "It was not possible when you looked, so nothing was asked for." in result
    assert Operation.objects.filter(kind="deactivate").count() == 2


def test_the_page_sent_twice_asks_once(accounts, operator):
    browser = signed_in(operator)
    page = tick(browser, accounts)
    first, second = send(browser, page), send(browser, page)
    assert first.redirect_chain == second.redirect_chain
    assert (Batch.objects.count(), Operation.objects.count()) == (1, 3)


def test_a_reason_is_needed_and_what_was_typed_stays(accounts, operator):
    browser = signed_in(operator)
    page = tick(browser, accounts)
    answer = send(browser, page, reason="", reference="CASE-7")
    assert "Say why" in text_of(answer)
    assert 'value="CASE-7"' in answer.content.decode()
    assert filled_in(answer)["item"] == filled_in(page)["item"]
    assert filled_in(answer)["form_number"] == filled_in(page)["form_number"]
    assert not Batch.objects.exists()


def test_an_account_that_changed_meanwhile_is_refused_and_the_rest_goes_on(
    accounts, operator, sandbox
):
    browser = signed_in(operator)
    page = tick(browser, accounts)
    sandbox.world.change("account", str(accounts[0].pk), "inactive")
    refresh.account(accounts[0].pk, source=Source.REFRESH)
    result = text_of(send(browser, page))
    assert "1 of 3 finished: 1 refused" in result
    assert "The account changed since you opened this page" in result


def test_the_batch_and_each_operation_are_in_the_audit(accounts, operator):
    batch = asked_for(operator, accounts)
    entry = AuditEntry.objects.get(action="batch.deactivate")
    assert (entry.object_id, entry.reason) == (str(batch.pk), "Pattern 17")
    assert set(entry.after["ids"]) == {str(account.pk) for account in accounts}
    assert AuditEntry.objects.filter(action="deactivate.requested").count() == 3


def test_what_failed_is_asked_anew_after_another_look(accounts, operator, approver):
    close = ask("close", accounts[1], approver)
    batch = asked_for(operator, accounts)
    work.run_due()
    Operation.objects.filter(pk=close.pk).update(state="cancelled")
    browser = signed_in(operator)
    page = browser.get(address(Batch, "change", batch.pk))
    again = browser.get(page.context["repeat_address"])
    assert "1 of 1 will be asked for" in text_of(again)
    assert "Pattern 17" in again.content.decode()
    send(browser, again)
    repeat = Batch.objects.latest("pk")
    assert (repeat.earlier, [item.entity_id for item in repeat.items.all()]) == (
        batch,
        [accounts[1].pk],
    )


def test_nothing_is_offered_anew_when_all_is_done(accounts, operator):
    batch = asked_for(operator, accounts)
    work.run_due()
    page = signed_in(operator).get(address(Batch, "change", batch.pk))
    assert "Retry the failed" not in text_of(page)


def test_the_endpoint_tells_how_far_it_is(accounts, operator):
    batch = asked_for(operator, accounts)
    browser, place = signed_in(operator), address(Batch, "progress", batch.pk)
    before = browser.get(place).json()
    assert (before["label"], before["ended"]) == ("0 of 3 finished", False)
    work.advance(batch.items.first().operation_id)
    assert browser.get(place).json()["label"] == "1 of 3 finished: 1 done"


def test_more_than_the_limit_are_refused(accounts, operator, settings):
    settings.BULK_LIMIT = 2
    browser = signed_in(operator)
    answer = tick(browser, accounts)
    assert "At most 2 at a time; you chose 3." in text_of(answer)
    page = tick(browser, accounts[:2])
    many = {"item": [f"{account.pk}:{account.revision}" for account in accounts]}
    assert "At most 2 at a time" in text_of(send(browser, page, **many))
    assert not Batch.objects.exists()


def test_going_back_leads_to_the_list_as_it_was_filtered(accounts, operator):
    page = tick(signed_in(operator), accounts, query="?status=active")
    assert f'href="{address(Account, "changelist")}?status=active"' in page.content.decode()


@pytest.mark.parametrize("page", ["preview", "post"])
def test_those_who_may_not_ask_are_refused(accounts, viewer, page):
    browser = signed_in(viewer)
    assert "deactivate_selected" not in browser.get(address(Account, "changelist")).content.decode()
    place = address(Account, "batch", "deactivate")
    chosen = {"of": str(accounts[0].pk)}
    answer = browser.get(place, chosen) if page == "preview" else browser.post(place, chosen)
    assert answer.status_code == 403
    assert not BatchItem.objects.exists()


@pytest.mark.parametrize("kind", ["close", "reactivate"])
def test_what_needs_two_people_is_never_asked_for_many(accounts, approver, kind):
    browser = signed_in(approver)
    assert f'value="{kind}' not in browser.get(address(Account, "changelist")).content.decode()
    assert browser.get(address(Account, "batch", kind)).status_code == 404


@pytest.mark.parametrize(
    "spoilt", ["", "x", "x:1", "0:-1", "{id}", "{id}:", "{id}:99999999999999999999"]
)
def test_a_spoilt_selection_asks_for_nothing(accounts, operator, spoilt):
    browser = signed_in(operator)
    page = tick(browser, accounts)
    answer = send(browser, page, item=[spoilt.format(id=accounts[0].pk)])
    assert answer.status_code == 200
    assert not Batch.objects.exists()
