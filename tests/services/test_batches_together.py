"""Batches and single requests about the same accounts in the same second: nobody waits for ever."""

import threading
import uuid

import pytest

from accounts_app import audit
from accounts_app.models import AuditEntry, Batch, Operation
from tests.admin import rows
from tests.factories import ask
from tests.faults.together import at_once, lingering_after, refused

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_batch_and_a_request_about_its_last_account_both_end(operator, approver):
    accounts = sorted((rows.account() for _ in range(3)), key=lambda account: account.pk)
    has_recorded, for_nobody = threading.Event(), threading.Event()

    def together():
        # It holds the audit chain now, while somebody else wants its last account and the chain.
        with lingering_after(AuditEntry._meta.db_table, has_recorded, for_nobody):
            rows.batch(accounts, operator)

    def alone():
        has_recorded.wait(20)
        ask("close", accounts[-1], approver)

    assert refused(at_once(together, alone)) == ["OperationOpen"]
    assert Operation.objects.count() == 3
    assert audit.verify() is None


def test_the_same_form_twice_at_once_is_one_batch(operator):
    accounts, number = [rows.account() for _ in range(3)], uuid.uuid4()

    def send():
        return rows.batch(accounts, operator, form_number=number)

    first, second = at_once(send, send)
    assert first == second
    assert (Batch.objects.count(), Operation.objects.count()) == (1, 3)
