"""The probes and the numbers: up, able to work, and how much waits."""

from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import Contact, Discrepancy, Pause, RefusedDelivery, WebhookEvent
from accounts_app.services import contact, limiter, pausing
from tests import processes
from tests.admin import rows
from tests.deliveries import event, receive
from tests.factories import ask

QUERIES = 4


def number(client, name: str) -> float:
    """Return one number of the metrics page."""
    lines = client.get("/metrics").content.decode().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[-1])


def wait(minutes: float) -> None:
    """Let every stored event have been due for some minutes."""
    WebhookEvent.objects.update(next_at=timezone.now() - timedelta(minutes=minutes))


def test_livez_answers_without_the_database(client):
    # No database fixture: a query would fail this test.
    assert client.get("/livez").content == b"ok"


def test_readyz_says_that_everything_works(client, db):
    response = client.get("/readyz")
    checks = {"database": "ok", "migrations": "ok", "worker": "ok"}
    assert (response.status_code, response.json()) == (200, {"ready": True, "checks": checks})


def test_readyz_says_that_nobody_works(client, db):
    receive(event())
    wait(minutes=3)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"].startswith("work is due for 18")


def test_readyz_is_patient_for_two_minutes(client, db):
    receive(event())
    wait(minutes=1.9)
    assert client.get("/readyz").status_code == 200


def test_readyz_does_not_blame_us_for_a_silent_provider(client, db):
    receive(event())
    wait(minutes=3)
    for _ in range(contact.DOWN_AFTER):
        contact.note(None)
    assert client.get("/readyz").status_code == 200


def test_readyz_does_not_blame_us_when_the_provider_asks_to_wait(client, db):
    receive(event())
    wait(minutes=3)
    limiter.push(timedelta(minutes=20))
    assert client.get("/readyz").status_code == 200


def test_w28_readyz_does_not_blame_us_for_a_flood_we_are_reading(client, db, settings):
    settings.OFFBLOCKS_READS_PER_SECOND = 0.01
    receive(event())
    wait(minutes=3)
    assert client.get("/readyz").status_code == 503
    Contact.objects.update(last_answer_at=timezone.now())
    assert client.get("/readyz").status_code == 200


def test_readyz_notices_a_migration_that_is_missing(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert client.get("/readyz").json()["checks"]["migrations"] == "1 not applied"


def test_without_a_database_only_the_process_is_up(db):
    password = "a-password-nobody-may-read"
    with processes.web(DATABASE_URL=f"postgres://nobody:{password}@127.0.0.1:9/none") as (_, port):
        live, ready, metrics = (
            requests.get(f"http://127.0.0.1:{port}/{path}", timeout=10)
            for path in ("livez", "readyz", "metrics")
        )
    assert (live.status_code, ready.status_code) == (200, 503)
    assert ready.json() == {"ready": False, "checks": {"database": "does not answer"}}
    assert "offblocks_database_up 0.0" in metrics.text
    assert password not in ready.text + metrics.text


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_the_probes_only_read(client, path):
    assert client.post(path).status_code == 405


def test_the_metrics_count_what_waits(client, db):
    receive(event())
    wait(minutes=1)
    assert number(client, "offblocks_pending_events") == 1
    assert number(client, "offblocks_oldest_due_event_seconds") == pytest.approx(60, abs=5)


def test_what_a_batch_is_to_read_counts_as_due_work(client, programme, operator):
    batch = rows.batch([programme.account()], operator, "refresh")
    batch.items.update(next_at=timezone.now() - timedelta(minutes=3))
    assert number(client, "offblocks_oldest_due_item_seconds") == pytest.approx(180, abs=5)
    assert client.get("/readyz").json()["checks"]["worker"].startswith("work is due for 18")


def test_the_metrics_count_operations_by_state(client, programme, operator):
    ask("deactivate", programme.account(), operator)
    assert number(client, 'offblocks_operations{state="approved"}') == 1
    assert number(client, 'offblocks_operations{state="uncertain"}') == 0
    assert number(client, "offblocks_oldest_due_operation_seconds") < 10


def test_the_metrics_count_open_discrepancies(client, programme):
    account = programme.account()
    facts = {"entity_kind": "account", "entity_id": account.pk, "held": "a", "told": "b"}
    Discrepancy.objects.create(what="status", **facts)
    Discrepancy.objects.create(what="customer_id", resolved_at=timezone.now(), **facts)
    assert number(client, "offblocks_open_discrepancies") == 1


def test_the_metrics_say_that_sending_is_paused(client, db):
    assert number(client, "offblocks_sending_paused") == 0
    pausing.pause(Pause.Cause.MAINTENANCE, "New signing key")
    assert number(client, "offblocks_sending_paused") == 1


def test_the_metrics_say_for_how_long_the_provider_is_silent(client, db):
    assert number(client, "offblocks_provider_silent_seconds") == 0
    for _ in range(contact.DOWN_AFTER):
        contact.note(None)
    Contact.objects.update(failing_since=timezone.now() - timedelta(minutes=2))
    assert number(client, "offblocks_provider_silent_seconds") == pytest.approx(120, abs=5)


def test_the_metrics_tell_how_far_the_clocks_are_apart(client, db):
    Contact.objects.update(clock_offset=timedelta(seconds=-12.5))
    assert number(client, "offblocks_clock_offset_seconds") == -12.5


def test_the_metrics_count_refused_deliveries_by_reason(client, db):
    now = timezone.now()
    for hours in (0, 1):
        hour = now - timedelta(hours=hours)
        RefusedDelivery.objects.create(hour=hour, reason="too_large", number=2, last_at=now)
    assert number(client, 'offblocks_refused_deliveries_total{reason="too_large"}') == 4


def test_the_metrics_tell_of_the_process_too(client, db):
    assert number(client, "process_resident_memory_bytes") > 0


def test_a_scrape_costs_the_same_however_much_waits(client, db):
    receive(*(event(eventId=f"0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f2b{n:02}") for n in range(30)))
    with CaptureQueriesContext(connection) as captured:
        client.get("/metrics")
    assert len(captured) == QUERIES
