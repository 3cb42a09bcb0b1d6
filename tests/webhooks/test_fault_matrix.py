"""Rows of the fault matrix that take a delivery through the door and all the way to the mirror."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from accounts_app import work
from accounts_app.models import AuditEntry, Operation, RefusedDelivery, Snapshot, WebhookEvent
from accounts_app.services import events
from tests import mirrored
from tests.deliveries import changed, event, pending, settled
from tests.factories import ask
from tests.services.test_workers_together import started

State = WebhookEvent.State


@pytest.fixture
def body(sandbox, programme) -> bytes:
    """The provider's word that a mirrored account is inactive now."""
    account = programme.account()
    sandbox.deliveries.take()
    sandbox.world.change("account", str(account.pk), "inactive")
    return sandbox.deliveries.take()[0]


def is_equal(sandbox) -> bool:
    """Whether the mirror is as the provider is."""
    return mirrored.mirror() == mirrored.provider(sandbox)


def test_w01_a_delivery_makes_the_mirror_equal_to_the_provider(intake, sandbox, body):
    assert intake.post(body).status_code == 200
    assert not is_equal(sandbox)
    work.run_due()
    assert is_equal(sandbox)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_w02_an_event_that_is_faster_than_our_own_answer_tells_the_story_once(
    intake, programme, operator, sandbox
):
    operation = ask("deactivate", programme.account(), operator)
    sandbox.deliveries.take()
    sandbox.faults.add(action="delay", operation="deactivateAccount", seconds=1)
    sender = started(lambda: work.advance(operation.pk))
    while not (bodies := sandbox.deliveries.take()):
        time.sleep(0.02)
    answers = [intake.post(body).status_code for body in bodies]
    events.process("account", operation.account_id)
    operation.refresh_from_db()
    assert (answers, operation.state) == ([200], Operation.State.SENDING)
    assert operation.account.status == "inactive"
    sender.join()
    operation.refresh_from_db()
    assert operation.state == Operation.State.SUCCEEDED
    told = AuditEntry.objects.filter(operation_id=operation.pk, action__endswith="succeeded")
    assert told.count() == 1
    assert operation.account.status == "inactive"
    assert is_equal(sandbox)
    connection.close()


def test_w05_duplicates_are_acknowledged_and_looked_into_once(intake, sandbox, body):
    counted = sandbox.faults.add(action="delay", operation="getAccount", times=None)
    answers = [intake.post(body).status_code for _ in range(3)]
    work.run_due()
    answers.append(intake.post(body).status_code)
    work.run_due()
    assert (answers, counted.met) == ([200] * 4, 1)
    assert (WebhookEvent.objects.get().deliveries, settled()) == (4, [(State.DONE, "updated")])


def test_w06_both_bodies_under_one_event_id_are_acknowledged_kept_and_flagged(intake, body):
    bodies = [body, changed(body, status="active"), changed(body, status="closed")]
    assert [intake.post(one).status_code for one in bodies] == [200, 200, 200]
    rows = WebhookEvent.objects.order_by("pk")
    assert [bytes(row.body) for row in rows] == bodies
    assert [row.is_conflicting for row in rows] == [True, True, True]


def test_w06_a_duplicate_is_no_conflict(intake, body):
    intake.post(body)
    intake.post(body)
    intake.post(event())
    assert not WebhookEvent.objects.filter(is_conflicting=True).exists()


@pytest.mark.parametrize("kind", ["transaction", "dispute"])
def test_w06_events_that_nobody_looks_into_are_flagged_too(intake, kind):
    first = event(webhookType=f"{kind}.updated", accountId=str(uuid.uuid4()))
    intake.post(first)
    intake.post(changed(first, amount=1))
    assert WebhookEvent.objects.filter(is_conflicting=True).count() == 2


def test_w09_an_unknown_type_is_acknowledged_and_parked(intake):
    assert intake.post(event(webhookType="dispute.updated")).status_code == 200
    assert WebhookEvent.objects.get().state == State.PARKED


@pytest.mark.parametrize(
    "odd", [None, "", "soon", 12, [], {}, "9999-12-31T23:59:59Z", "2026-03-01T09:00:00.1234567891Z"]
)
def test_w11_an_odd_timestamp_is_acknowledged_and_kept_as_it_came(intake, odd):
    delivered = changed(event(), updatedAt=odd)
    assert intake.post(delivered).status_code == 200
    assert json.loads(bytes(WebhookEvent.objects.get().body))["updatedAt"] == odd


def test_w18_an_old_delivery_sent_again_is_refused(intake, sandbox, body):
    headers = intake.signed(body)
    intake.post(body, headers)
    work.run_due()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        assert intake.post(body, headers).status_code == 401
    assert WebhookEvent.objects.get().deliveries == 1
    assert RefusedDelivery.objects.get().reason == "signature_expired"


def test_w18_an_old_event_signed_anew_changes_nothing(intake, sandbox, body):
    intake.post(body)
    work.run_due()
    sandbox.world.change("account", json.loads(body)["id"], "active")
    for later in sandbox.deliveries.take():
        intake.post(later)
    work.run_due()
    before = Snapshot.objects.count()
    assert intake.post(body).status_code == 200
    assert not work.run_due().entities
    assert Snapshot.objects.count() == before
    assert is_equal(sandbox)


def test_w18_an_old_event_we_never_saw_changes_nothing(intake, sandbox, body):
    sandbox.world.change("account", json.loads(body)["id"], "active")
    for later in sandbox.deliveries.take():
        intake.post(later)
    work.run_due()
    intake.post(body)
    work.run_due()
    assert is_equal(sandbox)
    assert pending().count() == 0


def test_w23_without_a_broker_a_delivery_is_taken_and_looked_into(intake, sandbox, body, settings):
    settings.WORK_ENGINE = "celery"
    celery = pytest.importorskip("backoffice.celery").app
    before, celery.conf.broker_url = celery.conf.broker_url, "redis://127.0.0.1:9/0"
    try:
        assert intake.post(body).status_code == 200
    finally:
        celery.conf.broker_url = before
    work.run_due()
    assert is_equal(sandbox)


def test_w28_nothing_is_refused_for_coming_too_often(intake, programme, sandbox):
    account = str(programme.account().pk)
    sandbox.deliveries.take()
    for status in ["inactive", "active"] * 30:
        sandbox.world.change("account", account, status)
    flood = sandbox.deliveries.take()
    counted = sandbox.faults.add(action="delay", operation="getAccount", times=None)
    assert {intake.post(one).status_code for one in flood} == {200}
    work.run_due()
    assert (WebhookEvent.objects.count(), counted.met) == (len(flood), 1)
    assert is_equal(sandbox)
