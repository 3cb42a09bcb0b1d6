"""What the database itself refuses: kept rows are neither changed nor removed, whoever asks."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts_app import triggers
from accounts_app.models import (
    Account,
    Attempt,
    AuditEntry,
    Challenge,
    Discrepancy,
    Nonce,
    Operation,
    Pause,
    Resolution,
    Snapshot,
    WebhookEvent,
)
from accounts_app.offblocks.errors import SignatureInvalid
from accounts_app.services import events
from accounts_app.webhooks.serializers import envelope_of
from tests.admin import rows
from tests.deliveries import event, receive
from tests.factories import ask
from tests.guarded import unguarded

pytestmark = pytest.mark.django_db
REFUSED = "rows are never removed|rows, or what is frozen of them, are never changed"


def execute(sql: str, *values: object) -> int:
    """Run a statement as whoever we are connected as; return how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def refused(sql: str, *values: object) -> bool:
    """Whether the database refuses the statement with a sentence that says why."""
    with pytest.raises(IntegrityError, match=REFUSED):
        execute(sql, *values)
    return True


@pytest.fixture
def operation(operator) -> Operation:
    """An operation with an attempt under way."""
    made = ask("deactivate", rows.account(), operator)
    Attempt.objects.create(operation=made, number=1, lease_number=1, started_at=timezone.now())
    return made


def contradicted() -> Discrepancy:
    """Let the provider say that a closed account is active."""
    return rows.contradiction(rows.account(status="closed"))


@pytest.fixture
def _one_of_each(operation, approver) -> None:
    """A row in each of the tables below."""
    receive(event())
    contradicted()
    Pause.objects.create(cause="hand", reason="r", person=approver, started_at=timezone.now())


KEPT = [Account, Attempt, AuditEntry, Discrepancy, LogEntry, Operation, Pause, Snapshot, User]


@pytest.mark.usefixtures("_one_of_each")
@pytest.mark.parametrize("model", [*KEPT, WebhookEvent], ids=lambda model: model.__name__)
def test_no_row_is_removed(model):
    assert refused(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


@pytest.mark.usefixtures("_one_of_each")
@pytest.mark.parametrize("model", [AuditEntry, LogEntry, Snapshot], ids=lambda one: one.__name__)
def test_what_is_only_added_never_changes(model):
    column = model._meta.fields[-1].column
    assert refused(f"UPDATE {model._meta.db_table} SET {column} = {column}")  # noqa: S608


MAKER = ("maker_subject", "maker_seat", "maker_device", "cause")


@pytest.mark.parametrize("column", ["reason", "path", "digest", "seen", "body", *MAKER])
def test_what_was_asked_for_never_changes(operation, column):
    value = b"x" if column == "body" else '"x"'
    sql = f"UPDATE accounts_app_operation SET {column} = %s WHERE id = %s"  # noqa: S608
    assert refused(sql, value, operation.pk)


def test_a_key_is_minted_once(operation):
    sql = "UPDATE accounts_app_operation SET key = NULL WHERE id = %s"
    assert refused(sql, operation.pk)


def ended(operation: Operation) -> None:
    """End an operation as sending does, as far as the database is concerned."""
    Operation.objects.filter(pk=operation.pk).update(state="succeeded", ended_at=timezone.now())


def test_an_operation_that_ended_stays_ended(operation):
    ended(operation)
    sql = "UPDATE accounts_app_operation SET state = 'approved' WHERE id = %s"
    assert refused(sql, operation.pk)


@pytest.mark.parametrize("columns", [{"body": b"its digest"}, {"fields": {"more": 1}}])
def test_what_carries_no_signature_stays_whole_for_ever(operation, columns):
    ended(operation)
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Operation.objects.filter(pk=operation.pk).update(**columns)


def test_an_attempts_result_is_added_once(operation):
    attempt, now = operation.attempts.get(), timezone.now()
    attempts = Attempt.objects.filter(pk=attempt.pk)
    assert attempts.update(finished_at=now, result="answered", http_status=200) == 1
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        attempts.update(result="not_sent")
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        attempts.update(started_at=now - timedelta(days=1))


def test_an_events_body_never_changes_while_its_work_moves_on(operation):
    receive(event())
    assert WebhookEvent.objects.update(note="looked into", attempts=1) == 1
    assert refused("UPDATE accounts_app_webhookevent SET body = %s", b"{}")


def test_a_decision_about_a_proposal_is_made_once(operation, operator, approver):
    found = contradicted()
    proposal = rows.proposal(found, "follow", operator)
    columns = {"decider": approver, "decided_at": timezone.now(), "state": "confirmed"}
    assert Resolution.objects.filter(pk=proposal.pk).update(**columns) == 1
    assert refused("UPDATE accounts_app_resolution SET state = 'rejected'")


def test_a_user_with_a_history_is_not_deleted(operation):
    with pytest.raises(Exception, match=r"protected|never removed"), transaction.atomic():
        operation.maker.delete()


def test_a_user_without_a_history_is_not_deleted_either():
    somebody = User.objects.create(username="somebody")
    with pytest.raises(IntegrityError, match="rows are never removed"), transaction.atomic():
        somebody.delete()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows")
@pytest.mark.usefixtures("operation")
@pytest.mark.parametrize("model", [AuditEntry, LogEntry, Snapshot], ids=lambda one: one.__name__)
def test_no_row_is_replaced(model):
    table = model._meta.db_table
    with pytest.raises(IntegrityError, match=r"never removed|follows the last one"):
        execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_no_table_is_truncated(model):
    assert refused(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no upsert of this kind")
@pytest.mark.usefixtures("operation")
def test_no_entry_is_changed_by_inserting_it_again():
    table = AuditEntry._meta.db_table
    with pytest.raises(IntegrityError):
        execute(
            f"INSERT INTO {table} SELECT * FROM {table} "  # noqa: S608
            "ON CONFLICT (sequence) DO UPDATE SET reason = 'x'"
        )


@pytest.mark.parametrize("change", ["sequence = 9", "previous_hash = 'x'"])
def test_an_entry_that_does_not_follow_the_last_one_is_not_added(operation, change):
    entry = AuditEntry.objects.latest("sequence")
    values = {"sequence": entry.sequence + 1, "previous_hash": entry.hash}
    values |= dict([change.replace("'", "").split(" = ")])
    for name, value in {**values, "hash": "y" * 64}.items():
        setattr(entry, name, value)
    entry._state.adding = True
    with pytest.raises(IntegrityError, match="an entry follows the last one"), transaction.atomic():
        entry.save(force_insert=True)


def test_every_trigger_is_there():
    assert triggers.missing(connection) == []


def test_a_trigger_that_is_gone_is_named():
    on = f" ON {LogEntry._meta.db_table}" if connection.vendor == "postgresql" else ""
    execute(f"DROP TRIGGER django_admin_log_keeps_update{on}")
    assert triggers.missing(connection) == ["django_admin_log_keeps_update"]


def test_a_migration_that_changes_nothing_leaves_the_triggers_alone():
    triggers.before_migrating(plan=[], using="default")
    assert triggers.missing(connection) == []


def test_a_migration_may_rebuild_a_table_and_the_triggers_come_back():
    triggers.before_migrating(plan=["one"], using="default")
    assert "accounts_app_operation_keeps_delete" in triggers.missing(connection)
    triggers.after_migrating(using="default")
    assert triggers.missing(connection) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL never rebuilds a table")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("model", [WebhookEvent, Nonce, Operation, Challenge, AuditEntry])
def test_every_trigger_survives_a_migration_that_rebuilds_its_table(model):
    triggers.before_migrating(plan=["one"], using="default")
    with connection.schema_editor() as editor:
        editor._remake_table(model)
    triggers.after_migrating(using="default")
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_migration_backwards_guards_what_is_left_and_one_forward_all_again():
    try:
        call_command("migrate", "accounts_app", "0012", verbosity=0, skip_checks=True)
        left = triggers.missing(connection)
        assert "accounts_app_operation_keeps_update" not in left
        assert "accounts_app_incident_keeps_delete" in left
        assert refused("DELETE FROM auth_user")
    finally:
        call_command("migrate", verbosity=0, skip_checks=True)
    assert triggers.missing(connection) == []


def test_a_nonce_is_still_good_for_one_body_after_a_migration(db):
    triggers.before_migrating(plan=["one"], using="default")
    triggers.after_migrating(using="default")
    receive_with(event(), nonce="a" * 64)
    with pytest.raises(SignatureInvalid):
        receive_with(event(status="closed"), nonce="a" * 64)


def receive_with(body: bytes, nonce: str) -> None:
    """Store a delivery whose signature had this nonce."""
    events.receive(body, envelope_of(body), nonce=nonce)


def test_the_switch_for_tests_lets_the_owner_through_and_nobody_after_it(operation):
    with unguarded() as cursor:
        cursor.execute("DELETE FROM accounts_app_attempt")
    assert not operation.attempts.exists()
    assert refused("DELETE FROM accounts_app_auditentry")
