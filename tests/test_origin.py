"""What an audit entry keeps of where an act came from, and that nobody can make it up."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts_app import audit, sealing
from accounts_app.models import AuditEntry, Pause
from accounts_app.services import pausing
from tests.guarded import unguarded

pytestmark = pytest.mark.django_db
TABLE = AuditEntry._meta.db_table
# Made by the version that knew no other way.
SEALED_THEN = "09e0c456ff1d1ab7901142f200dc13aeaaaf331c5933ff74ee5e3374b835cdef"


def paused_through_the_browser(person, **meta: str) -> AuditEntry:
    """Let a person pause sending through its page; return what the audit kept of it."""
    client = Client(**meta)
    client.force_login(person)
    client.post(reverse("admin:accounts_app_pause_pause"), {"reason": "Something looks wrong"})
    return AuditEntry.objects.get()


def test_an_act_tells_who_in_which_role_and_how_they_had_signed_in(operator):
    operator.email = "Olga@Example.com"
    operator.save()
    entry = paused_through_the_browser(operator)
    assert (entry.actor_subject, entry.roles, entry.strength) == (
        *("olga@example.com", "operator"),
        "password+passkey",
    )


def test_the_requests_number_is_ours_not_the_callers(operator):
    entry = paused_through_the_browser(operator, HTTP_X_REQUEST_ID="r-17")
    assert uuid.UUID(entry.request_id).version == 4


def test_the_address_is_the_connections_own(operator):
    entry = paused_through_the_browser(
        operator, REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.9"
    )
    assert entry.source == "192.0.2.7"


def test_behind_our_proxy_it_is_the_address_that_the_proxy_saw(operator, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.2"]
    entry = paused_through_the_browser(
        operator, REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9"
    )
    assert entry.source == "203.0.113.9"


def test_what_a_command_does_in_a_persons_name_has_no_address(operator):
    pausing.pause(Pause.Cause.HAND, "By command", person=operator)
    entry = AuditEntry.objects.get()
    assert (entry.actor_subject, entry.source, entry.strength) == ("operator", "", "")


def test_what_the_programme_does_has_neither_roles_nor_an_address():
    pausing.pause(Pause.Cause.CLOCK, "The clocks differ")
    entry = AuditEntry.objects.get()
    assert (entry.actor_subject, entry.roles, entry.source) == ("", "", "")


@pytest.mark.parametrize("column", sealing.SINCE_SECOND)
def test_changing_any_of_it_breaks_the_seal(operator, column):
    pausing.pause(Pause.Cause.HAND, "By hand", person=operator)
    with unguarded() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {column} = 'x'")  # noqa: S608
    assert audit.verify() == audit.Fault(1, "altered")


def old_entry(person: int, **changes: str) -> AuditEntry:
    """Make the entry that follows the last one as the first way of sealing did."""
    last = AuditEntry.objects.order_by("sequence").last()
    entry = AuditEntry(
        sequence=last.sequence + 1 if last else 1,
        previous_hash=last.hash if last else sealing.GENESIS,
        at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        actor_id=person,
        actor_name="olga",
        action="refreshed",
        object_kind="account",
        object_id="1",
        before={"status": "active"},
        reason="Größe",
    )
    entry.hash = sealing.seal(entry)
    for name, value in changes.items():
        setattr(entry, name, value)
    return entry


def test_the_first_way_of_sealing_is_as_it_was():
    assert old_entry(7).hash == SEALED_THEN


def test_entries_of_the_first_way_of_sealing_still_verify(operator):
    old_entry(operator.pk).save(force_insert=True)
    pausing.pause(Pause.Cause.HAND, "By hand", person=operator)
    assert audit.verify() is None


def test_what_the_first_way_did_not_seal_cannot_be_added_to_it(operator):
    old_entry(operator.pk, source="203.0.113.9").save(force_insert=True)
    assert audit.verify() == audit.Fault(1, "altered")


def test_the_first_way_of_sealing_does_not_come_back(operator):
    pausing.pause(Pause.Cause.HAND, "By hand", person=operator)
    old_entry(operator.pk).save(force_insert=True)
    assert audit.verify() == audit.Fault(2, "altered")


def test_an_act_whose_entry_cannot_be_written_does_not_happen(operator):
    operator.username, operator.email = None, "olga@example.com"
    with pytest.raises(IntegrityError), transaction.atomic():
        pausing.pause(Pause.Cause.HAND, "By hand", person=operator)
    assert not Pause.objects.exists()
