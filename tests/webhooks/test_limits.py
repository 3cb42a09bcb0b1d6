"""Who is refused too often within a second is told 429; who proves itself never is."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts_app.models import RefusedDelivery, WebhookEvent
from accounts_app.webhooks import rates, tally
from tests.deliveries import Headers, Intake, event

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STRANGER, OTHER = "203.0.113.7", "203.0.113.8"


@pytest.fixture(autouse=True)
def still(settings):
    """A clock that stands still, and three refusals a second."""
    settings.REFUSED_PER_SECOND = 3
    # What an earlier test left to be counted is rolled back with its rows.
    rates._numbers.clear()
    tally._uncounted.clear()
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def from_source(intake: Intake, source: str, headers: Headers | None = None) -> int:
    """Deliver from an address; return the status."""
    request = {"headers": headers or {}, "REMOTE_ADDR": source}
    return Client().post(intake.path, event(), "application/json", **request).status_code


def statuses(intake: Intake, number: int, source: str = STRANGER) -> list[int]:
    """Be refused so many times."""
    return [from_source(intake, source) for _ in range(number)]


def counted() -> dict[tuple[str, str], int]:
    """Return how many were refused, by reason and source."""
    rows = RefusedDelivery.objects.values_list("reason", "source", "number")
    return {(reason, source): number for reason, source, number in rows}


def test_the_fourth_refusal_within_a_second_is_told_so(intake):
    assert statuses(intake, 5) == [401, 401, 401, 429, 429]


def test_the_next_second_begins_anew(intake, still):
    statuses(intake, 5)
    still.shift(timedelta(seconds=1))
    assert statuses(intake, 4) == [401, 401, 401, 429]


def test_another_source_has_a_limit_of_its_own(intake):
    statuses(intake, 5)
    assert statuses(intake, 1, OTHER) == [401]


def test_a_delivery_that_proves_itself_is_never_refused_for_the_rate(intake):
    statuses(intake, 5)
    assert from_source(intake, STRANGER, intake.signed(event())) == 200
    assert WebhookEvent.objects.count() == 1


def test_an_authentic_delivery_that_is_no_event_is_no_matter_of_the_rate(intake):
    assert [intake.post(b"{}").status_code for _ in range(5)] == [400] * 5


def test_what_is_over_the_limit_costs_no_statement_and_is_counted_later(intake, still):
    statuses(intake, 3)
    with CaptureQueriesContext(connection) as captured:
        statuses(intake, 6)
    assert len(captured) == 0
    still.shift(timedelta(seconds=1))
    statuses(intake, 1)
    expected = {("signature_missing", STRANGER): 4, ("too_many", STRANGER): 6}
    assert counted() == expected


def test_the_processes_share_the_limit(intake):
    """What another process has refused stands in the row that both add to."""
    statuses(intake, 3)
    rates._numbers.clear()
    assert statuses(intake, 1) == [429]


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_what_counts_as_one_source(address, group):
    assert tally.grouped(address) == group
