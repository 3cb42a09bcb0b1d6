"""Every refused delivery is counted by hour and reason; nothing of it is kept but a digest."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts_app.models import RefusedDelivery, WebhookEvent
from tests.deliveries import Intake, event
from tests.webhooks.signature_cases import new_pem, signed_by

LIMIT = 256 * 1024
pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    """Return how many were refused, by reason."""
    return dict(RefusedDelivery.objects.values_list("reason", "number"))


def wrong_method(intake: Intake) -> None:
    """Get instead of post."""
    Client().get(intake.path)


def wrong_media_type(intake: Intake) -> None:
    """Send a form."""
    intake.post(event(), content_type="text/plain")


def too_large(intake: Intake) -> None:
    """Send a byte too many."""
    intake.post(b" " * (LIMIT + 1), {})


def malformed(intake: Intake) -> None:
    """Send half an event, signed."""
    intake.post(event()[:-2])


def unsigned(intake: Intake) -> None:
    """Prove nothing."""
    intake.post(event(), {})


def tampered(intake: Intake) -> None:
    """Send another body than the one that was signed."""
    intake.post(event(status="closed"), intake.signed(event()))


def strange(intake: Intake) -> None:
    """Sign with a key of one's own."""
    intake.post(event(), signed_by(new_pem(), "another", intake, event()))


def old(intake: Intake) -> None:
    """Send what was signed ten minutes ago."""
    headers = intake.signed(event())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        intake.post(event(), headers)


def early(intake: Intake) -> None:
    """Send what will be signed in ten minutes."""
    headers = intake.signed(event())
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=10)):
        intake.post(event(), headers)


REASONS = [
    (wrong_method, "method_not_allowed"),
    (wrong_media_type, "unsupported_media_type"),
    (too_large, "too_large"),
    (malformed, "parse_error"),
    (unsigned, "signature_missing"),
    (tampered, "signature_digest_mismatch"),
    (strange, "signature_unknown_key"),
    (old, "signature_expired"),
    (early, "signature_not_yet_valid"),
]


@pytest.mark.parametrize(("refused", "reason"), REASONS)
def test_each_reason_has_a_count_of_its_own(intake, refused, reason):
    refused(intake)
    refused(intake)
    assert counted() == {reason: 2}
    assert not WebhookEvent.objects.exists()


def test_w14_the_first_kilobyte_is_hashed_and_not_kept(intake):
    body = b"x" * 5000
    intake.post(body)
    assert RefusedDelivery.objects.get().last_digest == hashlib.sha256(body[:1024]).hexdigest()


def test_what_was_never_read_has_no_digest(intake):
    wrong_method(intake)
    assert RefusedDelivery.objects.get().last_digest == ""


def test_every_hour_begins_a_new_count(intake):
    with time_machine.travel(datetime(2026, 3, 1, 9, 59, 59, tzinfo=UTC), tick=False) as clock:
        unsigned(intake)
        clock.shift(timedelta(seconds=1))
        unsigned(intake)
    hours = RefusedDelivery.objects.order_by("hour").values_list("hour__hour", "number")
    assert list(hours) == [(9, 1), (10, 1)]


def test_an_accepted_delivery_is_not_counted(intake):
    intake.post(event())
    assert counted() == {}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_refusals_at_the_same_moment_are_all_counted(intake):
    start = threading.Barrier(4)

    def refuse() -> None:
        start.wait()
        for _ in range(10):
            unsigned(intake)
        connection.close()

    threads = [threading.Thread(target=refuse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {"signature_missing": 40}


@pytest.mark.parametrize("refused", [old, early])
def test_w19_a_genuine_delivery_out_of_its_time_is_an_alarm(intake, refused, caplog):
    refused(intake)
    assert "is our clock right?" in caplog.text


def test_w19_a_stranger_cannot_raise_the_alarm_of_the_clock(intake, settings, caplog):
    headers = signed_by(new_pem(), settings.OFFBLOCKS_WEBHOOK_KEY_ID, intake, event())
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        intake.post(event(), headers)
    assert counted() == {"signature_mismatch": 1}
    assert "clock" not in caplog.text


def test_the_metrics_tell_of_refusals_by_all_processes(intake, client):
    unsigned(intake)
    unsigned(intake)
    line = 'offblocks_refused_deliveries_total{reason="signature_missing"} 2.0'
    assert line in client.get("/metrics").content.decode()
