"""The ask page tells what is so at the provider now, who and what is affected, and why."""

from django.urls import reverse

from accounts_app import work
from accounts_app.models import Account, Operation, Source
from accounts_app.services import refresh
from tests.admin.pages import ask, ask_address, fill_in, page_of, signed_in, text_of
from tests.admin.test_queries import cost
from tests.factories import ask as ask_directly
from tests.services.test_looking import a_minute_later
from tests.services.test_payments import told


def opened(person, target, kind: str) -> str:
    """Open an ask page a minute after the target was last read; return its words."""
    with a_minute_later():
        return text_of(signed_in(person).get(ask_address(target, kind)))


def test_the_state_is_read_as_the_page_opens(programme, operator, sandbox):
    account = programme.account()
    sandbox.world.change("account", str(account.pk), "inactive")
    page = opened(operator, account, "deactivate")
    assert "read at the provider just now" in page
    assert "needs the account to be active; it is inactive" in page


def test_a_silent_provider_keeps_nobody_from_protecting(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="getAccount", action="status", code=503, times=1)
    with a_minute_later():
        browser, page = signed_in(operator), ask_address(account, "deactivate")
        assert "The provider did not answer just now" in text_of(browser.get(page))
        browser.post(page, fill_in(browser, page))
    assert Operation.objects.get().state == Operation.State.SUCCEEDED


def test_the_cards_that_will_stop_are_told_from_those_that_stay(programme, operator):
    account = programme.account()
    programme.card(account, "suspended")
    page = opened(operator, account, "deactivate")
    assert "Stays suspended." in page
    assert "Will stop." not in page


def test_the_whole_cascade_of_a_customer_is_told(programme, operator):
    card = programme.card(programme.account())
    page = opened(operator, card.account.customer, "deactivate_customer")
    assert page.count("Will stop.") == 2


def test_a_card_stopped_on_purpose_is_told_with_who_and_why(programme, operator):
    account = programme.account()
    card = programme.card(account)
    card.refresh_from_db()
    first = ask_directly("deactivate_card", card, operator, reason="Stolen in Lisbon")
    work.advance(first.pk)
    account.refresh_from_db()
    work.advance(ask_directly("deactivate", account, operator).pk)
    page = opened(operator, account, "reactivate")
    told = f"Stopped on purpose: Deactivate card #{first.pk} of operator, “Stolen in Lisbon”"
    assert told in page


def test_a_card_that_went_with_its_account_is_told_to_have(programme, operator):
    account = programme.account()
    programme.card(account)
    account.refresh_from_db()
    stopped = ask_directly("deactivate", account, operator)
    work.advance(stopped.pk)
    page = opened(operator, account, "reactivate")
    assert "May come back. Stopped together with its account." in page
    assert f"by operation {stopped.pk} of operator" in page


def test_a_card_the_provider_stopped_is_put_on_nobody(programme, operator, sandbox):
    account = programme.account()
    card = programme.card(account)
    sandbox.world.change("card", str(card.pk), "inactive")
    refresh.card(card.pk, source=Source.WEBHOOK)
    sandbox.world.change("account", str(account.pk), "inactive")
    refresh.account(account.pk, source=Source.WEBHOOK)
    page = opened(operator, account, "reactivate")
    assert "May come back." in page
    assert "Stopped on purpose" not in page


def test_open_authorisations_are_told_before_a_close(programme, operator):
    account = programme.account()
    told(account, "pending", 1)
    page = opened(operator, account, "close")
    assert "Open authorisations 1" in page
    assert "12.5 EUR" in page


def test_the_checker_of_a_close_sees_the_open_authorisations_too(programme, operator, approver):
    account = programme.account()
    told(account, "capturing", 1)
    page = page_of(ask_directly("close", account, operator), "decide")
    assert "12.5 EUR" in text_of(signed_in(approver).get(page))


def test_the_page_costs_the_same_however_much_is_affected(programme, operator):
    account = programme.account()
    page = ask_address(account, "deactivate")
    few = cost(operator, page)
    programme.card(account)
    assert cost(operator, page) == few


def test_the_cause_is_kept_and_shown_to_the_checker(programme, operator, approver):
    account = programme.account("inactive")
    ask(operator, account, "reactivate", cause="cleared")
    operation = Operation.objects.get()
    assert operation.cause == "cleared"
    page = text_of(signed_in(approver).get(page_of(operation, "decide")))
    assert "Cleared after review." in page


def test_a_cause_that_is_not_offered_is_refused(programme, operator):
    answer = ask(operator, programme.account(), "deactivate", cause="boredom")
    assert not Operation.objects.exists()
    assert "boredom" in text_of(answer)


def test_the_checker_sees_what_is_so_at_the_provider_now(programme, operator, approver, sandbox):
    account = programme.account("inactive")
    operation = ask_directly("reactivate", account, operator)
    sandbox.world.change("account", str(account.pk), "active")
    with a_minute_later():
        page = text_of(signed_in(approver).get(page_of(operation, "decide")))
    assert "The account is now active , which does not allow this any more." in page


def test_a_form_sent_without_a_session_shows_what_was_typed(programme, operator, client):
    account: Account = programme.account()
    page = ask_address(account, "deactivate")
    form = fill_in(signed_in(operator), page, reason="<b>Long</b> thought about")
    answer = client.post(page, form)
    assert (answer.status_code, Operation.objects.count()) == (403, 0)
    assert "<b>Long</b> thought about" in text_of(answer)
    assert f"{reverse('admin:login')}?next=" in answer.content.decode()


def test_a_decision_sent_without_a_session_shows_the_note(programme, operator, client):
    operation = ask_directly("close", programme.account(), operator)
    answer = client.post(page_of(operation, "decide"), {"note": "Looks right", "digest": "x"})
    assert (answer.status_code, operation.state) == (403, Operation.State.REQUESTED)
    assert "Looks right" in text_of(answer)
