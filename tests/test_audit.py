"""The chain of audit entries: complete, and broken visibly by any change."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction

from accounts_app import audit
from accounts_app.models import AuditEntry
from tests.factories import customer_shape
from tests.mirror.test_observe import show

TABLE = AuditEntry._meta.db_table


@pytest.fixture
def target(db):
    """A mirrored customer to act on."""
    return show(customer_shape()).row


def act(actor, target, number: int = 1) -> None:
    """Record some acts."""
    for count in range(number):
        with transaction.atomic():
            audit.record(
                actor=actor,
                action="refreshed",
                target=target,
                reason=f"reason {count}",
                before={"status": "active"},
                after={"status": "inactive"},
            )


def tamper(sql: str) -> None:
    """Change the table behind the models' back."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_untouched_chain_holds(operator, target):
    act(operator, target, 5)
    assert audit.verify() is None
    assert list(AuditEntry.objects.values_list("sequence", flat=True)) == [5, 4, 3, 2, 1]


def test_the_admin_history_tells_the_same(operator, target):
    act(operator, target)
    line = LogEntry.objects.get()
    assert (line.user, line.object_id) == (operator, str(target.pk))
    assert '"reason": "reason 0"' in line.change_message


@pytest.mark.parametrize(
    "column", ["actor_name", "action", "object_id", "reason", "result", "hash", "previous_hash"]
)
def test_an_edited_entry_is_named(operator, target, column):
    act(operator, target, 4)
    tamper(f"UPDATE {TABLE} SET {column} = 'x' WHERE sequence = 2")  # noqa: S608
    assert audit.verify().sequence == 2


def test_a_removed_entry_is_named(operator, target):
    act(operator, target, 4)
    tamper(f"DELETE FROM {TABLE} WHERE sequence = 3")  # noqa: S608
    assert audit.verify() == audit.Fault(3, "missing")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_act_without_a_transaction_is_refused(django_user_model):
    person = django_user_model(username="somebody")
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(actor=person, action="x", target=person)


def test_an_act_that_is_rolled_back_leaves_no_entry(operator, target):
    with transaction.atomic():
        act(operator, target)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
