"""Two writers at the same instant: the mirror and the audit chain let one in after the other."""

import threading

import pytest
from django.db import transaction

from accounts_app import audit
from accounts_app.models import Account, AuditEntry
from tests.factories import account_shape, customer_shape
from tests.faults.together import at_once, lingering_after
from tests.mirror.test_observe import later, show

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_of_two_answers_at_once_the_newer_stays():
    owner = show(customer_shape()).row
    shape = account_shape(customerId=str(owner.pk), status="active")
    show(shape)
    older = later(shape, status="inactive", updatedAt="2026-03-02T09:00:00.000000Z")
    newer = later(shape, status="closed", updatedAt="2026-03-03T09:00:00.000000Z")
    has_read, has_written = threading.Event(), threading.Event()

    def slow():
        with lingering_after(Account._meta.db_table, has_read, has_written):
            show(older)

    def quick():
        has_read.wait(20)
        show(newer)
        has_written.set()

    at_once(slow, quick)
    account = Account.objects.get()
    assert (account.status, account.revision) == ("closed", newer.revision)


def test_two_acts_at_once_are_two_links_of_the_chain(django_user_model):
    person = django_user_model.objects.create_user("somebody")
    has_read, has_written = threading.Event(), threading.Event()

    def act():
        with transaction.atomic():
            audit.record(actor=person, action="refreshed", target=person)

    def slow():
        with lingering_after(AuditEntry._meta.db_table, has_read, has_written):
            act()

    def quick():
        has_read.wait(20)
        act()
        has_written.set()

    at_once(slow, quick)
    assert list(AuditEntry.objects.values_list("sequence", flat=True)) == [2, 1]
    assert audit.verify() is None
