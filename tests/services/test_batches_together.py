"""Batches and single requests about the same accounts in the same second: nobody waits for ever."""

import uuid

import pytest

from accounts_app import audit
from accounts_app.errors import Refusal
from accounts_app.models import Batch, Operation
from tests.admin import rows
from tests.factories import ask
from tests.faults.together import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_batch_and_a_request_about_its_last_account_both_end(operator, approver):
    accounts = sorted((rows.account() for _ in range(6)), key=lambda account: account.pk)

    def alone():
        try:
            ask("close", accounts[-1], approver)
        except Refusal:
            return "refused"

    at_once(lambda: rows.batch(accounts, operator), alone)
    assert Operation.objects.count() == 6
    assert audit.verify() is None


def test_the_same_form_twice_at_once_is_one_batch(operator):
    accounts, number = [rows.account() for _ in range(3)], uuid.uuid4()

    def send():
        return rows.batch(accounts, operator, form_number=number)

    first, second = at_once(send, send)
    assert first == second
    assert (Batch.objects.count(), Operation.objects.count()) == (1, 3)
