"""The chain of audit entries: complete, and broken visibly by any change."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction

from accounts_app import audit, sealing
from accounts_app.models import AuditEntry
from tests.factories import customer_shape
from tests.guarded import unguarded
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
    """Change the table behind the models' back, as the owner of it can."""
    with unguarded() as cursor:
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


def test_an_act_put_on_somebody_else_is_named(operator, viewer, target):
    act(operator, target, 2)
    tamper(f"UPDATE {TABLE} SET actor_id = {viewer.pk} WHERE sequence = 1")  # noqa: S608
    assert audit.verify() == audit.Fault(1, "altered")


def rewrite(sequence: int) -> str:
    """Rewrite an entry and seal it anew, as somebody who knows how; return the new seal."""
    entry = AuditEntry.objects.get(sequence=sequence)
    entry.reason = "rewritten"
    seal = sealing.seal(entry)
    changes = f"reason = 'rewritten', hash = '{seal}'"
    tamper(f"UPDATE {TABLE} SET {changes} WHERE sequence = {sequence}")  # noqa: S608
    return seal


def test_an_entry_rewritten_with_its_seal_shows_at_the_next(operator, target):
    act(operator, target, 4)
    rewrite(2)
    assert audit.verify() == audit.Fault(3, "does not follow the entry before it")


def test_mending_the_link_to_a_rewritten_entry_breaks_the_next_seal(operator, target):
    act(operator, target, 4)
    seal = rewrite(2)
    tamper(f"UPDATE {TABLE} SET previous_hash = '{seal}' WHERE sequence = 3")  # noqa: S608
    assert audit.verify() == audit.Fault(3, "altered")


def test_a_removed_entry_is_named(operator, target):
    act(operator, target, 4)
    tamper(f"DELETE FROM {TABLE} WHERE sequence = 3")  # noqa: S608
    assert audit.verify() == audit.Fault(3, "missing")


def test_entries_that_changed_places_are_named(operator, target):
    act(operator, target, 4)
    tamper(f"UPDATE {TABLE} SET sequence = 99 WHERE sequence = 2")  # noqa: S608
    tamper(f"UPDATE {TABLE} SET sequence = 2 WHERE sequence = 3")  # noqa: S608
    tamper(f"UPDATE {TABLE} SET sequence = 3 WHERE sequence = 99")  # noqa: S608
    assert audit.verify().sequence == 2


def test_an_entry_put_in_between_is_named(operator, target):
    act(operator, target, 5)
    # The database lets nothing in between, so the last one is moved there and sealed anew.
    for old, new in ((5, 99), (4, 5), (3, 4)):
        tamper(f"UPDATE {TABLE} SET sequence = {new} WHERE sequence = {old}")  # noqa: S608
    entry = AuditEntry.objects.get(sequence=99)
    entry.sequence, entry.previous_hash = 3, AuditEntry.objects.get(sequence=2).hash
    entry.hash = sealing.seal(entry)
    place = f"sequence = 3, previous_hash = '{entry.previous_hash}', hash = '{entry.hash}'"
    tamper(f"UPDATE {TABLE} SET {place} WHERE sequence = 99")  # noqa: S608
    assert audit.verify() == audit.Fault(4, "does not follow the entry before it")


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
