"""S54: a card number is masked before anything is stored, and somebody is told."""

import json
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection

from accounts_app import audit, mirror
from accounts_app.errors import Incomplete
from accounts_app.models import (
    Account,
    AuditEntry,
    Incident,
    Operation,
    Pause,
    Snapshot,
    Source,
    WebhookEvent,
)
from accounts_app.services import newcomers, operations
from accounts_app.services.evidence import records
from tests.admin import rows
from tests.deliveries import Intake, event
from tests.factories import ask

pytestmark = pytest.mark.django_db
NUMBER, MASKED = "4111111111111111", "************1111"
WRITTEN = "4111 1111 1111 1111"


def alerts() -> list[tuple[str, str]]:
    """Return kind and words of what was alerted about."""
    return list(Incident.objects.values_list("kind", "words"))


def everything() -> str:
    """Return every row of every table as text."""
    with connection.cursor() as cursor:
        told = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            told += [
                bytes(value).decode("utf-8", "replace")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(told)


@pytest.fixture
def alerted(django_capture_on_commit_callbacks):
    """Raise alerts at the end of a block, as the end of a transaction would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize("pan", [NUMBER, WRITTEN, int(NUMBER)])
def test_a_delivery_is_stored_masked_and_alerts(sandbox, alerted, pan):
    with alerted():
        response = Intake(sandbox).post(event(pan=pan))
    assert response.status_code == 200
    assert b"1111 1111 11" not in (kept := bytes(WebhookEvent.objects.get().body))
    assert NUMBER.encode() not in kept
    assert json.loads(kept)["pan"].endswith("1111")
    ((kind, words),) = alerts()
    assert kind == Incident.Kind.CARD_NUMBER
    assert NUMBER not in words


def test_the_same_delivery_again_is_known_again(sandbox, alerted):
    intake = Intake(sandbox)
    with alerted():
        intake.post(event(pan=NUMBER))
        intake.post(event(pan=NUMBER))
    row = WebhookEvent.objects.get()
    assert row.deliveries == 2
    assert not row.is_conflicting
    assert Incident.objects.get().number == 2


def test_another_card_number_under_the_same_id_is_another_body(sandbox):
    intake = Intake(sandbox)
    intake.post(event(pan=NUMBER))
    intake.post(event(pan="4012888888881881"))
    assert set(WebhookEvent.objects.values_list("is_conflicting", flat=True)) == {True}


def test_a_status_and_a_type_hold_none_either(sandbox):
    Intake(sandbox).post(event(status=NUMBER, webhookType=f"loyalty.{NUMBER}"))
    row = WebhookEvent.objects.get()
    assert (row.claimed_status, row.type) == (MASKED, f"loyalty.{MASKED}")


def test_an_ordinary_delivery_costs_no_more_and_stays_as_it_came(sandbox):
    Intake(sandbox).post(event())
    assert bytes(WebhookEvent.objects.get().body) == event()
    assert alerts() == []


def test_a_pack_tells_both_digests_of_what_was_masked(sandbox):
    Intake(sandbox).post(event(pan=NUMBER))
    told = records.of_event(WebhookEvent.objects.get())
    assert told["digest"] == records.sha256(event(pan=NUMBER))
    assert told["body_sha256"] == records.sha256(told["body"].encode())


def test_a_providers_answer_is_mirrored_masked_and_alerts(alerted):
    with alerted():
        customer = rows.customer(externalId=NUMBER, note={"pan": int(NUMBER)})
    assert customer.external_id == MASKED
    kept = json.loads(Snapshot.objects.get().representation)
    assert (kept["externalId"], kept["note"]) == (MASKED, {"pan": MASKED})
    assert str(customer.pk) in alerts()[0][1]


def test_the_same_answer_again_changes_nothing():
    account = rows.account(note=NUMBER)
    again = rows.factories.account_shape(
        id=str(account.pk), customerId=str(account.customer_id), note=NUMBER
    )
    seen = mirror.observe(again, source=Source.REFRESH, asked_at=account.asked_at)
    assert seen.outcome is mirror.Outcome.UNCHANGED


def test_a_challenge_stays_to_the_letter():
    shape = rows.factories.account_shape(challenge=NUMBER, note=NUMBER)
    assert (shape.challenge, shape.representation["note"]) == (NUMBER, MASKED)


def test_what_is_asked_for_is_masked_and_can_be_agreed_to(operator, approver):
    account = rows.account(status="inactive")
    made = ask("reactivate", account, operator, reason=f"Lost {WRITTEN}", reference=NUMBER)
    made = Operation.objects.get(pk=made.pk)
    assert (made.reason, made.reference) == ("Lost **** **** **** 1111", MASKED)
    agreed = operations.approve(made.pk, checker=approver, digest=made.digest, note=NUMBER)
    assert (Operation.objects.get().note, agreed.state) == (MASKED, Operation.State.APPROVED)
    assert NUMBER not in everything()
    assert WRITTEN not in everything()
    assert audit.verify() is None


def test_an_update_past_the_services_is_masked_as_well(operator):
    made = ask("deactivate", rows.account(), operator)
    Operation.objects.filter(pk=made.pk).update(outcome=f"Told {NUMBER}")
    assert Operation.objects.get().outcome == f"Told {MASKED}"


def test_a_command_keeps_none(operator):
    call_command("pause_sending", f"--reason=Because of {NUMBER}", f"--as={operator.username}")
    assert Pause.objects.get().reason == f"Because of {MASKED}"
    assert NUMBER not in everything()


@pytest.mark.parametrize("typed", [NUMBER, WRITTEN, MASKED])
def test_no_customer_is_registered_under_one(typed):
    fields = {"external_id": typed, "chain_id": f"eip155:324:0x{1:040x}"}
    with pytest.raises(Incomplete, match="card number") as refused:
        newcomers.entries(fields)
    assert refused.value.details["field"] == "external_id"


def test_history_and_audit_hold_none(operator):
    account = rows.account()
    ask("deactivate", account, operator, reason=NUMBER)
    assert not LogEntry.objects.filter(change_message__contains=NUMBER).exists()
    assert {entry.reason for entry in AuditEntry.objects.filter(operation__isnull=False)} == {
        MASKED
    }


def test_our_own_numbers_are_never_masked(operator):
    made = ask("deactivate", rows.account(updatedAt="2026-03-01T09:00:00.000006Z"), operator)
    entry = AuditEntry.objects.filter(operation=made).earliest("sequence")
    # Its revision, in microseconds, passes for a card number.
    assert entry.before["revision"] == made.seen["revision"] == Account.objects.get().revision


def test_an_event_of_an_unknown_kind_is_no_exception(sandbox):
    body = event(webhookType="news.new", id=None, accountId=str(uuid.uuid4()), pan=NUMBER)
    assert Intake(sandbox).post(body).status_code == 200
    assert NUMBER not in everything()
