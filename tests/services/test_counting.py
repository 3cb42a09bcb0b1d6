"""Rows that count: one statement adds a row as the model would make it, or counts it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.forms.models import model_to_dict

from accounts_app.models import RefusedDelivery, WebhookEvent
from accounts_app.services import counting
from accounts_app.services.events import SAME_EVENT
from accounts_app.webhooks import tally

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
EVENT = {
    "event_id": "e-1",
    "digest": "d",
    "nonce": "",
    "type": "account.updated",
    "entity_kind": "account",
    "entity_id": UUID(int=7),
    "account_id": None,
    "claimed_status": "active",
    "claimed_revision": 2**60,
    "body": b"\x00{}",
    "received_at": NOW,
    "last_received_at": NOW,
    "deliveries": 1,
    "state": "pending",
    "next_at": NOW,
}
REFUSAL = {
    "hour": NOW,
    "reason": "missing",
    "source": "192.0.2.1",
    "number": 2,
    "second": 5,
    "in_second": 2,
    "last_digest": "",
    "last_at": NOW,
}


@pytest.mark.parametrize(
    ("model", "values", "unique"),
    [(WebhookEvent, EVENT, SAME_EVENT), (RefusedDelivery, REFUSAL, tally.SAME)],
)
def test_a_new_row_is_as_the_model_would_make_it(model, values, unique):
    counting.add(model, values, unique)
    row = model.objects.get()
    expected = model(**values)
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    assert {name: getattr(row, name) for name in names} == {
        name: getattr(expected, name) for name in names
    }
    assert model_to_dict(row, exclude=["id"]) == model_to_dict(expected, exclude=["id"])


def test_the_same_event_is_counted_and_keeps_what_it_was():
    later = datetime(2026, 3, 1, 10, tzinfo=UTC)
    counting.add(WebhookEvent, EVENT, SAME_EVENT)
    again = EVENT | {"received_at": later, "last_received_at": later, "state": "parked"}
    counting.add(WebhookEvent, again, SAME_EVENT)
    row = WebhookEvent.objects.get()
    assert (row.deliveries, row.received_at, row.last_received_at) == (2, NOW, later)
    assert row.state == WebhookEvent.State.PENDING


def test_a_card_number_is_masked_on_its_way_into_the_row():
    counting.add(WebhookEvent, EVENT | {"claimed_status": "4111111111111111"}, SAME_EVENT)
    assert "4111111111111111" not in WebhookEvent.objects.get().claimed_status


def test_a_burst_goes_on_within_its_moment_and_begins_anew_with_another():
    numbers = [
        counting.add(RefusedDelivery, REFUSAL | {"second": second}, tally.SAME)
        for second in (5, 5, 6, 6, 6)
    ]
    assert numbers == [2, 4, 2, 4, 6]
    assert RefusedDelivery.objects.get().number == 10


def test_a_value_that_is_no_column_is_refused():
    with pytest.raises(KeyError, match="colour"):
        counting.add(WebhookEvent, EVENT | {"colour": "red"}, SAME_EVENT)
    assert not WebhookEvent.objects.exists()
