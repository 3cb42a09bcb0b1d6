"""Reading the audit is on record, and any act is found from object, person and chain."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import AuditEntry
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db
LIST = address(AuditEntry, "changelist")


def readings() -> list[tuple[str, str]]:
    """Return who read what, in order."""
    entries = AuditEntry.objects.filter(action="audit.read").order_by("sequence")
    return [(entry.actor_name, entry.object_kind) for entry in entries]


@pytest.fixture
def entry(operator) -> AuditEntry:
    """One act."""
    ask("close", rows.account(), operator)
    return AuditEntry.objects.get()


def test_who_reads_the_list_or_an_entry_is_on_record(entry, auditor):
    client = signed_in(auditor)
    client.get(LIST)
    client.get(address(AuditEntry, "change", entry.pk))
    assert readings() == [("auditor", "user"), ("auditor", "auditentry")]


def test_a_page_counts_once_an_hour(entry, auditor):
    client = signed_in(auditor)
    for query in ("", "?q=x", "?p=1"):
        client.get(LIST + query)
    assert len(readings()) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        signed_in(auditor).get(LIST)
    assert len(readings()) == 2


def test_the_admins_own_history_is_read_on_record_too(entry, auditor):
    signed_in(auditor).get(address(LogEntry, "changelist"))
    assert readings() == [("auditor", "user")]


def test_who_may_not_read_is_refused_and_leaves_no_reading(entry, viewer):
    assert signed_in(viewer).get(LIST).status_code == 403
    assert readings() == []


def found(auditor, query: str) -> list[int]:
    """Return the numbers of the entries that the list shows, but for the readings."""
    listed = signed_in(auditor).get(f"{LIST}?{query}").context["cl"].result_list
    return sorted(row.sequence for row in listed if row.action != "audit.read")


def test_an_act_is_found_from_the_object_the_person_and_the_chain(operator, approver, auditor):
    account, other = rows.account(), rows.account()
    ask("close", account, operator)
    ask("close", other, approver)
    assert found(auditor, f"q={account.pk}") == [1]
    assert found(auditor, "actor_name=approver") == [2]
    assert found(auditor, "action=close.requested") == [1, 2]
    assert found(auditor, "object_kind=account") == [1, 2]
    day = timezone.now().isoformat().replace("+", "%2B")
    assert found(auditor, f"at__gte={day}") == []
    assert found(auditor, "o=-1") == [1, 2]


def test_an_entry_tells_who_it_was_then_and_whence(entry, auditor):
    text = text_of(signed_in(auditor).get(address(AuditEntry, "change", entry.pk)))
    assert "Who it was then, and whence" in text


def test_a_long_list_costs_what_a_short_one_does(operator, auditor):
    client, costs = signed_in(auditor), []
    account = rows.account()
    client.get(LIST)
    for _ in range(2):
        rows.operations(account, operator, 10)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        costs.append(len(queries))
    assert costs[0] == costs[1]
