"""As of: what we knew of an account, its customer and its cards at a moment of the past."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts_app.models import Account, Card
from accounts_app.services import resolutions
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def at(day, hour=12):
    """Do something on a day of March."""
    return time_machine.travel(MARCH.replace(day=day, hour=hour), tick=False)


def then(person, row, on="", time=""):
    """Open a row's page as of a day, and a time on it."""
    name = f"admin:accounts_app_{row._meta.model_name}_as_of"
    return signed_in(person).get(reverse(name, args=[row.pk]), {"on": on, "at": time})


@pytest.fixture
def account(db) -> Account:
    """An account seen on the 3rd, its card on the 5th; all changed on the 10th."""
    with at(3):
        made = rows.account(rows.customer(externalId="crm-old"))
    with at(5):
        card = rows.card(made)
    with at(10):
        rows.changed(made, status="inactive")
        rows.observe_anew(made.customer, status="inactive", externalId="crm-new")
        rows.observe_anew(card, status="inactive")
    return made


def test_an_account_is_shown_as_it_was_known(account, viewer):
    text = text_of(then(viewer, account, "2026-03-09"))
    assert f"Account {str(account.pk)[:8]} as we knew it ● active" in text
    assert "The past: what we knew at 09 Mar 2026, 23:59:59 UTC" in text


def test_so_are_its_customer_and_its_cards(account, viewer):
    answer = then(viewer, account, "2026-03-09")
    past = answer.context["past"]
    assert (past.customer.row.external_id, past.customer.row.status) == ("crm-old", "active")
    assert [card.row.status for card in past.cards] == ["active"]
    assert "crm-new" not in text_of(answer)


def test_a_card_that_came_later_is_not_there_yet(account, viewer):
    assert "We knew of none." in text_of(then(viewer, account, "2026-03-04"))


def test_the_day_of_a_change_shows_what_it_ended_with(account, viewer):
    assert then(viewer, account, "2026-03-10").context["known"].status == "inactive"


def test_a_time_of_the_day_is_exact(account, viewer):
    assert then(viewer, account, "2026-03-10", "11:59:59").context["known"].status == "active"
    assert then(viewer, account, "2026-03-10", "12:00:00").context["known"].status == "inactive"


def test_before_the_first_representation_we_did_not_know_it(account, viewer):
    text = text_of(then(viewer, account, "2026-03-02"))
    assert "We did not know it yet. The first we recorded of it was at 03 Mar 2026" in text


def test_what_has_not_come_yet_is_refused_in_words(account, viewer):
    answer = then(viewer, account, "2999-01-01")
    assert "This moment has not come yet" in text_of(answer)
    assert 'value="2999-01-01"' in answer.content.decode()


def test_today_is_as_known_now(account, viewer):
    with at(20):
        shown = then(viewer, account, "2026-03-20").context["past"]
    assert (shown.itself.row.status, shown.at) == ("inactive", MARCH.replace(day=20))


@pytest.mark.parametrize("on", ["", "yesterday", "0001-01-01", "\0", "2026-02-30"])
def test_no_day_breaks_the_page(account, viewer, on):
    assert then(viewer, account, on).status_code in {200, 400}


def test_nothing_can_be_asked_for_in_the_past(account, all_roles):
    html = then(all_roles, account, "2026-03-09").content.decode()
    assert "/ask/" not in html
    assert "/refresh/" not in html
    assert f'href="{address(Account, "change", account.pk)}">Back to now</a>' in html


def test_the_page_says_how_we_knew(account, viewer):
    text = text_of(then(viewer, account, "2026-03-09"))
    assert "Recorded at 03 Mar 2026, 12:00:00 UTC" in text
    assert "the provider may have changed it before we learnt of it" in text


def test_a_customer_is_shown_with_its_accounts_as_known(account, viewer):
    past = then(viewer, account.customer, "2026-03-09").context["past"]
    assert [(known.row.pk, known.row.status) for known in past.accounts] == [(account.pk, "active")]


def test_a_card_is_shown_with_its_account_and_customer_as_known(account, viewer):
    answer = then(viewer, Card.objects.get(), "2026-03-09")
    past = answer.context["past"]
    assert {one.row.status for one in (past.itself, past.account, past.customer)} == {"active"}
    assert "crm…d" in text_of(answer)


def test_what_two_people_decided_to_hold_stays_held(viewer, operator, approver):
    with at(3):
        closed = rows.account(status="closed")
        found = rows.contradiction(closed)
        proposal = rows.proposal(found, "keep", operator)
        resolutions.confirm(proposal.pk, decider=approver, digest=proposal.digest, note="Yes")
    with at(5):
        rows.changed(closed, status="active", currencies=["EUR", "USD"])
    assert then(viewer, closed, "2026-03-05").context["known"].status == "closed"


def test_what_was_contradicted_then_is_told(viewer):
    with at(3):
        closed = rows.account(status="closed")
    with at(5):
        found = rows.contradiction(closed)
    answer = then(viewer, closed, "2026-03-06")
    assert f"discrepancy {found.pk}" in text_of(answer)
    assert "contradicted" not in text_of(then(viewer, closed, "2026-03-04"))


def test_what_was_contradicted_in_other_words_since_is_told_all_the_same(viewer):
    with at(3):
        closed = rows.account(status="closed")
    with at(5):
        found = rows.contradiction(closed)
    with at(10):
        rows.changed(closed, status="inactive", updatedAt="2026-06-01T09:00:00.000000Z")
    found.refresh_from_db()
    assert found.told == "inactive"
    assert f"discrepancy {found.pk}" in text_of(then(viewer, closed, "2026-03-06"))
    assert "contradicted" not in text_of(then(viewer, closed, "2026-03-04"))


def test_it_is_asked_for_on_the_rows_own_page(account, viewer):
    html = signed_in(viewer).get(address(Account, "change", account.pk)).content.decode()
    assert f'action="{reverse("admin:accounts_app_account_as_of", args=[account.pk])}"' in html


def test_who_may_not_see_customers_sees_no_past(account, viewer):
    viewer.groups.clear()
    assert then(viewer, account.customer, "2026-03-09").status_code == 403


def test_the_past_of_nobody_is_not_found(account, viewer):
    page = reverse("admin:accounts_app_customer_as_of", args=[account.pk])
    assert signed_in(viewer).get(page).status_code == 404


def test_an_entry_of_the_timeline_leads_to_what_was_known_right_after(account, viewer):
    entries = signed_in(viewer).get(address(Account, "history", account.pk)).context["lines"]
    shown = [
        signed_in(viewer).get(evidence.then).context["known"].status for _, evidence in entries
    ]
    assert shown == ["inactive", "active"]


def test_a_customer_without_accounts_says_so(viewer):
    with at(3):
        customer = rows.customer()
    assert "We knew of none." in text_of(then(viewer, customer, "2026-03-03"))
