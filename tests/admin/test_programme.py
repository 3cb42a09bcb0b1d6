"""The programme on the start page: charts of accounts, and facts that lead to what is behind."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts_app.models import Census, WebhookEvent
from accounts_app.services import census
from tests.admin import rows
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
APRIL = datetime(2026, 4, 15, 12, tzinfo=UTC)


def charts(person):
    """Return the charts of a person's start page."""
    return signed_in(person).get(INDEX).context["charts"]


def listed(person, page):
    """Return how many rows a list holds."""
    return signed_in(person).get(page).context["cl"].result_count


@pytest.fixture
def accounts(db) -> None:
    """Accounts of three months and three statuses, one of which the provider does not document."""
    for month, status in ((1, "active"), (3, "active"), (3, "closed"), (4, "hibernating")):
        rows.account(
            status=status,
            createdAt=f"2026-{month:02d}-02T09:00:00.000000Z",
            updatedAt=f"2026-{month:02d}-28T09:00:00.000000Z",
        )
    with time_machine.travel(APRIL, tick=False):
        yield


def test_every_number_by_status_is_that_of_its_list(accounts, viewer):
    found = {bar.address: int(bar.number) for bar in charts(viewer).bars}
    assert sum(found.values()) == 4
    assert {page: listed(viewer, page) for page in found} == found


def test_every_number_by_month_is_that_of_its_list(accounts, viewer):
    columns = charts(viewer).columns
    found = {one.opened_address: int(one.opened) for one in columns}
    found |= {one.closed_address: int(one.closed) for one in columns}
    assert [int(one.opened) for one in columns[-4:]] == [1, 0, 2, 1]
    assert [int(one.closed) for one in columns[-4:]] == [0, 0, 1, 0]
    assert {page: listed(viewer, page) for page in found} == found


def test_the_last_twelve_months_are_told(accounts, viewer):
    months = [one.month for one in charts(viewer).columns]
    assert (len(months), months[0].month, months[-1].month) == (12, 5, 4)


def test_the_longest_bar_fills_its_place_and_what_there_is_can_be_seen(accounts, viewer):
    lengths = {bar.number: bar.length for bar in charts(viewer).bars}
    assert lengths == {"2": 200, "1": 100, "0": 0}


def test_the_numbers_are_told_without_the_drawing(accounts, viewer):
    text = text_of(signed_in(viewer).get(INDEX))
    assert "● active 2" in text
    assert "Opened 0 0 0 0 0 0 0 0 1 0 2 1" in text


def test_many_accounts_are_counted_by_the_schedule(accounts, viewer, monkeypatch):
    monkeypatch.setattr(census, "LIVE", 3)
    assert charts(viewer) is None
    assert census.take() == "4 accounts counted."
    rows.account()
    shown = charts(viewer).counts
    assert (shown.by_status["active"], shown.is_live, shown.at) == (2, False, APRIL)


def test_few_are_counted_for_every_look_and_nothing_is_kept(accounts, viewer):
    assert census.take().startswith("The accounts are few")
    assert Census.objects.count() == 0
    rows.account()
    assert charts(viewer).counts.by_status["active"] == 3


def test_who_may_not_see_accounts_sees_no_chart(accounts, viewer):
    viewer.groups.clear()
    assert charts(viewer) is None


def test_an_empty_programme_has_a_start_page(viewer):
    assert {bar.length for bar in charts(viewer).bars} == {0}


def facts(person):
    """Return the facts of a person's start page, by label."""
    return {fact.label: fact for fact in signed_in(person).get(INDEX).context["facts"]}


def test_the_events_delay_is_told(operator):
    account = rows.account()
    for seconds in (1, 2, 30):
        event = rows.event(account, b'{"n": %d}' % seconds)
        ended = {"state": "done", "ended_at": event.received_at + timedelta(seconds=seconds)}
        WebhookEvent.objects.filter(pk=event.pk).update(**ended)
    told = facts(operator)["Events looked into"]
    assert told.words == "half within 2.0 s, the slowest after 30.0 s, of the last 3"
    assert listed(operator, told.address) == 3


def test_the_last_comparison_leads_to_its_differences(operator):
    rows.comparison(rows.account())
    told = facts(operator)["It found"]
    assert told.words == "2 differences"
    assert listed(operator, told.address) == 2


def test_events_that_wait_lead_to_their_list(operator):
    rows.event(rows.account())
    told = facts(operator)["Events to look into"]
    assert (told.words, listed(operator, told.address)) == ("1", 1)
