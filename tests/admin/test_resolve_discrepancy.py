"""The pages on which two people end a discrepancy, and release a held comparison."""

import pytest

from accounts_app import discrepancies, work
from accounts_app.models import Account, Discrepancy, Reconciliation, Resolution
from accounts_app.services import refresh
from tests.admin import rows
from tests.admin.pages import ask_address, signed_in, text_of
from tests.admin.resolving import decide, look, page_of, propose, resolution_page, resolve_page
from tests.services.stuck import contradicted, provider_gives, provider_says


@pytest.fixture
def found(programme) -> Discrepancy:
    """A closed account, active according to the provider (W21)."""
    return contradicted(programme)


def account_of(discrepancy) -> Account:
    """Return the account it is about, as it is now."""
    return Account.objects.get(pk=discrepancy.entity_id)


def page(person, subject) -> str:
    """Return the words of a page."""
    return text_of(signed_in(person).get(page_of(subject)))


def test_w21_two_people_take_the_providers_word_through_the_pages(found, operator, approver):
    propose(operator, found, "follow")
    answer = decide(approver, Resolution.objects.get(), "confirm")
    assert "Confirmed: the discrepancy has ended." in text_of(answer)
    assert account_of(found).status == "active"


def test_w21_two_people_keep_what_we_hold_through_the_pages(found, operator, approver, viewer):
    propose(operator, found, "keep")
    decide(approver, Resolution.objects.get(), "confirm")
    assert account_of(found).status == "closed"
    assert "Keep what we hold" in page(viewer, found)


# The page says in words what contradicts what.


def test_w21_the_page_says_what_contradicts_what(found, viewer):
    text = page(viewer, found)
    assert "as “closed”, a state that is never left." in text
    assert "the provider said it is “active”." in text
    assert "nothing can be asked for about this account until two people have ended this" in text


def test_the_page_says_that_the_provider_agrees_again(found, programme, viewer):
    provider_says(programme, account_of(found), "closed")
    assert "The provider has agreed with us again since" in page(viewer, found)


def test_w20_the_page_names_the_event_that_told_it(viewer):
    """W20: an event says closed, the provider says active."""
    account = rows.account()
    event = rows.event(account, status="closed")
    flag = discrepancies.open(
        *("account", account.pk, "event", "active", "closed"),
        told_by=Discrepancy.ToldBy.EVENT,
        event=event,
    )
    answer = signed_in(viewer).get(page_of(flag))
    assert "An event about account" in text_of(answer)
    assert "claimed “closed”" in text_of(answer)
    assert "The provider's own answer shows “active”, and that is what we" in text_of(answer)
    assert page_of(event) in answer.content.decode()


def test_w22_the_page_says_that_an_account_was_given_to_somebody_else(programme, viewer):
    """W22: the owner is unchanged, and flagged."""
    account, stranger = programme.account(), programme.customer()
    provider_gives(programme, account, stranger)
    text = page(viewer, Discrepancy.objects.get())
    assert f"as belonging to customer {account.customer_id}." in text
    assert f"the provider said it belongs to customer {stranger.pk}." in text


@pytest.mark.parametrize(
    ("what", "told", "sentence"),
    [
        ("existence", "unknown", "the provider did not know it any more."),
        ("answer", "another resource", "the provider answered about another resource"),
    ],
)
def test_the_page_says_what_else_can_be_wrong(viewer, what, told, sentence):
    found = discrepancies.open("account", rows.account().pk, what, "active", told)
    assert sentence in page(viewer, found)


def test_what_is_not_mirrored_has_a_page_too(viewer, operator):
    account = rows.account()
    flag = discrepancies.open(
        *("account", "0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f2b11", "event", "unknown", "closed"),
        told_by=Discrepancy.ToldBy.EVENT,
        event=rows.event(account),
    )
    assert "claimed “closed”" in page(viewer, flag)
    assert "Look again at the provider" not in text_of(signed_in(operator).get(resolve_page(flag)))
    assert signed_in(operator).post(resolve_page(flag) + "look/").status_code == 404


# What can be proposed follows from what it is.


def test_what_can_be_proposed_is_said_with_what_it_means(found, operator):
    text = text_of(signed_in(operator).get(resolve_page(found)))
    assert "Take the provider's word: active. The mirror takes over exactly" in text
    assert "Keep what we hold: closed. The mirror stays as it is." in text


def test_a_word_taken_back_is_not_offered(found, programme, operator):
    provider_says(programme, account_of(found), "closed")
    text = text_of(signed_in(operator).get(resolve_page(found)))
    assert "Take the provider's word" not in text
    assert "Noted. Nothing changes in the mirror" in text


def test_a_look_tells_whether_the_provider_agrees_again(found, operator, sandbox):
    sandbox.world.change("account", str(found.entity_id), "closed")
    text = text_of(look(operator, resolve_page(found)))
    assert "The provider has agreed with us again" in text


def test_a_word_that_changed_behind_the_page_is_refused_in_words(
    found, operator, approver, sandbox
):
    propose(operator, found, "follow")
    sandbox.world.change("account", str(found.entity_id), "inactive")
    text = text_of(decide(approver, Resolution.objects.get(), "confirm"))
    assert "What this is about has changed since it was proposed." in text
    assert account_of(found).status == "closed"


def test_who_may_not_propose_is_not_led_there(found, viewer):
    answer = signed_in(viewer).get(page_of(found))
    assert resolve_page(found) not in answer.content.decode()
    assert signed_in(viewer).get(resolve_page(found)).status_code == 403


def test_an_ended_discrepancy_waits_for_nobody(found, operator, approver):
    propose(operator, found, "keep")
    decide(approver, Resolution.objects.get(), "confirm")
    answer = signed_in(operator).get(resolve_page(found), follow=True)
    assert f"Discrepancy {found.pk} does not wait for people." in text_of(answer)


# The entity's own page is blocked, says why, and leads on.


def test_w21_the_accounts_page_leads_to_the_discrepancy(found, operator):
    answer = signed_in(operator).get(page_of(account_of(found)))
    assert "Nothing can be asked for until two people have ended this" in text_of(answer)
    assert page_of(found) in answer.content.decode()


def test_the_ask_page_is_blocked_until_it_has_ended(programme, operator, approver):
    account = programme.account()
    flag = discrepancies.open("account", account.pk, "existence", "active", "unknown")
    address = ask_address(account, "deactivate")
    blocked = signed_in(operator).get(address)
    assert "contradicts itself" in text_of(blocked)
    assert page_of(flag) in blocked.content.decode()
    propose(operator, flag, "noted")
    decide(approver, Resolution.objects.get(), "confirm")
    assert "contradicts itself" not in text_of(signed_in(operator).get(address))


def test_a_customers_page_leads_there_as_well(programme, operator):
    customer = programme.customer()
    flag = discrepancies.open("customer", customer.pk, "existence", "active", "unknown")
    refresh.customer(customer.pk, source="refresh")
    assert page_of(flag) in signed_in(operator).get(page_of(customer)).content.decode()


# A held comparison.


@pytest.fixture
def held(programme) -> Reconciliation:
    """A comparison that was held because it is implausible."""
    return rows.comparison(rows.account())


@pytest.mark.parametrize(("verdict", "state"), [("apply", "applied"), ("discard", "discarded")])
def test_two_people_release_a_held_comparison(held, operator, approver, verdict, state):
    propose(operator, held, verdict)
    answer = decide(approver, Resolution.objects.get(), "confirm")
    assert "Confirmed: the worker carries it out within seconds." in text_of(answer)
    work.run_due()
    assert Reconciliation.objects.get().state == state


def test_the_page_says_why_it_was_held(held, operator):
    text = text_of(signed_in(operator).get(resolve_page(held)))
    assert "It was held because it is implausible. Accounts: 1 different" in text
    assert "2 in all" in text
    assert "Look again at the provider" not in text


def test_a_comparison_has_nothing_to_look_at(held, operator):
    assert signed_in(operator).post(resolve_page(held) + "look/").status_code == 404


def test_the_decider_of_a_comparison_sees_why_it_was_held(held, operator, approver):
    propose(operator, held, "apply")
    text = text_of(signed_in(approver).get(resolution_page(Resolution.objects.get())))
    assert "It was held because it is implausible." in text
