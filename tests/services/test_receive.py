"""Storing deliveries: once per event and body, at once, whatever they say."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts_app.models import WebhookEvent
from accounts_app.webhooks.serializers import envelope_of
from tests.deliveries import changed, event, receive

State = WebhookEvent.State
ACCOUNT = "5f0c7f1e-93d3-4a39-8b35-2f8f7f6f0a02"
pytestmark = pytest.mark.django_db


def test_a_delivery_is_kept_word_for_word_and_waits_for_its_read():
    receive(event())
    row = WebhookEvent.objects.get()
    assert bytes(row.body) == event()
    assert (row.type, row.entity_kind, row.claimed_status) == (
        "account.updated",
        "account",
        "active",
    )
    assert (row.state, row.deliveries) == (State.PENDING, 1)


def test_w05_an_exact_duplicate_is_one_row_with_a_counter():
    receive(event(), event(), event())
    assert WebhookEvent.objects.get().deliveries == 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_w05_duplicates_at_the_same_moment_are_one_row_with_a_counter():
    start = threading.Barrier(2)

    def deliver() -> None:
        start.wait()
        for _ in range(10):
            receive(event())
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert WebhookEvent.objects.get().deliveries == 20


def test_w05_a_duplicate_of_a_settled_event_does_not_wake_it():
    receive(event())
    WebhookEvent.objects.update(state=State.DONE, next_at=None)
    receive(event())
    assert WebhookEvent.objects.get().state == State.DONE


def test_a_duplicate_moves_only_the_time_of_the_last_delivery():
    receive(event())
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        receive(event())
    row = WebhookEvent.objects.get()
    assert row.last_received_at - row.received_at > timedelta(minutes=59)


def test_w06_one_event_id_with_two_bodies_is_kept_twice():
    receive(event(), changed(event(), status="closed"))
    assert set(WebhookEvent.objects.values_list("claimed_status", flat=True)) == {
        "active",
        "closed",
    }


def test_w09_an_unknown_type_is_parked():
    receive(event(webhookType="dispute.updated"))
    row = WebhookEvent.objects.get()
    assert (row.state, row.entity_kind) == (State.PARKED, "dispute")


def test_w09_an_unknown_type_may_lack_an_id():
    receive(event(webhookType="something-quite-long.happened", id=None))
    row = WebhookEvent.objects.get()
    assert (row.state, row.entity_kind, row.entity_id) == (State.PARKED, "something-quite-", None)


@pytest.mark.parametrize("kind", ["authorisation", "transaction"])
def test_a_payment_is_kept_for_the_timeline_of_its_account(kind):
    receive(event(webhookType=f"{kind}.updated", accountId=ACCOUNT))
    row = WebhookEvent.objects.get()
    assert (row.state, str(row.account_id)) == (State.RECORDED, ACCOUNT)


@pytest.mark.parametrize("account", [None, "?", 7, {}, [ACCOUNT]])
def test_an_odd_account_id_costs_no_event(account):
    assert envelope_of(event(webhookType="card.updated", accountId=account)).account_id is None


@pytest.mark.parametrize("status", [None, "", 7, ["active"], {"is": "active"}])
def test_an_odd_status_costs_no_event(status):
    assert envelope_of(event(status=status)).status == ""


def test_a_status_too_long_for_its_column_is_cut():
    assert envelope_of(event(status="x" * 300)).status == "x" * 64


def test_nine_digits_are_cut_to_the_microseconds_of_the_read():
    assert envelope_of(event(updatedAt="2026-03-01T09:00:00.123456789Z")).revision == (
        envelope_of(event(updatedAt="2026-03-01T10:00:00.123456+01:00")).revision
    )


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "2026-03-01",
        "2026-02-30T00:00:00Z",
        "2026-03-01T09:00:00",
        0,
        1e30,
        [],
    ],
)
def test_w11_an_odd_timestamp_costs_no_event(text):
    receive(event(updatedAt=text))
    assert WebhookEvent.objects.get().claimed_revision is None


@pytest.mark.parametrize(
    "text", ["2014-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
)
def test_w12_an_implausible_timestamp_orders_nothing(text):
    assert envelope_of(event(updatedAt=text)).revision is None


def test_w12_a_timestamp_may_be_ahead_by_a_day_and_no_more():
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        assert envelope_of(event(updatedAt="2026-03-02T00:00:00Z")).revision
        assert envelope_of(event(updatedAt="2026-03-02T00:00:00.000001Z")).revision is None
