"""The lists of the mirror: what staff hold finds the row, filters narrow, columns tell enough."""

import pytest

from accounts_app.models import (
    Account,
    AuditEntry,
    Card,
    Customer,
    Discrepancy,
    WebhookEvent,
)
from accounts_app.services import resolutions
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
WALLET = "eip155:324:0xAbCdEf0123456789aBcDeF0123456789AbCdEf01"


def listed(person, model, **query):
    """Return the rows that the list shows."""
    answer = signed_in(person).get(address(model, "changelist"), query)
    return list(answer.context["cl"].result_list)


@pytest.fixture
def wanted():
    """The account that is looked for, among others."""
    rows.account()
    account = rows.account(rows.customer(externalId="Crm-Wanted", chainId=WALLET))
    rows.account(status="closed", type="savings_account", currencies=["USD"])
    return account


def test_a_list_shows_what_staff_hold(wanted, operator):
    text = text_of(signed_in(operator).get(address(Account, "changelist"), {"q": "wanted"}))
    assert f"{wanted.pk} Crm-…ed ● active EUR — 01 Mar 2026, 09:00" in text


def test_an_account_is_found_by_its_id(wanted, viewer):
    assert listed(viewer, Account, q=str(wanted.pk)) == [wanted]


@pytest.mark.parametrize("part", [slice(8), slice(9, 23), slice(20, None)])
def test_an_account_is_found_by_part_of_its_id(wanted, viewer, part):
    assert listed(viewer, Account, q=str(wanted.pk)[part]) == [wanted]


def test_hyphens_and_letter_case_of_an_id_do_not_matter(wanted, viewer):
    assert listed(viewer, Account, q=wanted.pk.hex.upper()) == [wanted]


def test_an_account_is_found_by_its_customers_id(wanted, viewer):
    assert listed(viewer, Account, q=str(wanted.customer_id)) == [wanted]


@pytest.mark.parametrize("words", ["crm-wanted", WALLET.lower(), "0xABCDEF0123", "wanted 0xabc"])
def test_an_account_is_found_by_external_id_and_wallet(wanted, operator, words):
    assert listed(operator, Account, q=words) == [wanted]


@pytest.mark.parametrize("words", ["nothing-like-it", "wanted nothing-like-it", "-", "%"])
def test_what_fits_nothing_finds_nothing(operator, words):
    rows.account(rows.customer(externalId="wanted"))
    assert listed(operator, Account, q=words) == []


@pytest.mark.parametrize(
    "query",
    [{"status": "closed"}, {"type": "savings_account"}, {"currencies": "USD"}],
    ids=lambda query: next(iter(query)),
)
def test_a_filter_narrows_the_list(wanted, viewer, query):
    (found,) = listed(viewer, Account, **query)
    assert found.status == "closed"


def test_accounts_that_wait_for_a_signature_are_one_click_away(wanted, viewer):
    signing = rows.account(status="initiating")
    rows.challenge(signing)
    assert listed(viewer, Account, signature="waiting") == [signing]


def test_dates_narrow_the_list(wanted, viewer):
    assert len(listed(viewer, Account, created_at__gte="2026-03-01 00:00:00+00:00")) == 3
    assert not listed(viewer, Account, created_at__gte="2026-03-02 00:00:00+00:00")


def test_the_newest_come_first(viewer):
    old, new = rows.customer(), rows.customer(createdAt="2026-04-01T09:00:00.000000Z")
    assert listed(viewer, Customer) == [new, old]


def test_a_customer_is_found_by_wallet(operator):
    rows.customer()
    customer = rows.customer(chainId=WALLET)
    assert listed(operator, Customer, q=WALLET.upper()) == [customer]


def test_a_card_is_found_by_its_last_digits_account_and_customer(operator):
    rows.card(rows.account(), maskedPan="511111******0007")
    card = rows.card(rows.account(rows.customer(externalId="crm-80")), maskedPan="4242******0042")
    for words in ("0042", str(card.account_id), str(card.account.customer_id), "CRM-80"):
        assert listed(operator, Card, q=words) == [card]


def test_an_event_is_found_by_what_it_is_about(operator):
    account = rows.account()
    rows.event(rows.account())
    event = rows.event(account)
    assert listed(operator, WebhookEvent, q=str(account.pk)[:13]) == [event]


def test_an_unrecognised_status_stands_out(viewer):
    rows.account(status="hibernating")
    text = text_of(signed_in(viewer).get(address(Account, "changelist")))
    assert "? unrecognised: hibernating" in text


def test_discrepancies_that_ended_can_be_told_from_open_ones(viewer, operator, approver):
    found = rows.contradiction(rows.account(status="closed"))
    assert listed(viewer, Discrepancy, state="open") == [found]
    proposal = rows.proposal(found, "keep", operator)
    resolutions.confirm(proposal.pk, decider=approver, digest=proposal.digest)
    assert listed(viewer, Discrepancy, state="open") == []
    assert listed(viewer, Discrepancy, state="resolved") == [found]


def test_acts_are_offered_in_words(auditor, operator):
    rows.operations(rows.account(), operator, 1)
    text = text_of(signed_in(auditor).get(address(AuditEntry, "changelist")))
    assert "Close for good: withdrawn" in text
    assert "close.cancelled" not in text
