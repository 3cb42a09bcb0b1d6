"""Nothing but the door writes mirrored rows, and nothing removes what was recorded."""

import pytest

from accounts_app.errors import MirrorIsReadOnly
from accounts_app.models import AuditEntry, Customer, Operation, Snapshot, WebhookEvent
from tests.factories import customer_shape
from tests.mirror.test_observe import show

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    """A mirrored customer."""
    return show(customer_shape()).row


WRITES = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "update": lambda row: Customer.objects.update(status="x"),
    "delete all": lambda row: Customer.objects.all().delete(),
    "create": lambda row: Customer.objects.create(),
    "bulk create": lambda row: Customer.objects.bulk_create([row]),
    "bulk update": lambda row: Customer.objects.bulk_update([row], ["status"]),
    "get or create": lambda row: Customer.objects.get_or_create(id=None),
}


def test_a_row_can_be_read(row):
    assert Customer.objects.get(pk=row.pk).status == "active"


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_every_other_write_is_refused(row, write):
    with pytest.raises(MirrorIsReadOnly):
        write(row)
    assert Customer.objects.get(pk=row.pk).status == "active"


@pytest.mark.parametrize("model", [AuditEntry, Operation, Snapshot, WebhookEvent])
def test_what_was_recorded_cannot_be_deleted(model):
    with pytest.raises(MirrorIsReadOnly):
        model.objects.all().delete()


def test_a_snapshot_is_never_changed(row):
    snapshot = Snapshot.objects.get(entity_id=row.pk)
    snapshot.status = "x"
    with pytest.raises(MirrorIsReadOnly):
        snapshot.save()
