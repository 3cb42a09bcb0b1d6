"""The audit's pages: what was done in words, and its place in the chain."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry

from accounts_app import work
from accounts_app.models import AuditEntry
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db


def test_an_entry_tells_what_was_done_and_why(auditor, operator):
    ask("close", rows.account(), operator, reason="Letter of 3 March")
    entry = AuditEntry.objects.get()
    text = text_of(signed_in(auditor).get(address(AuditEntry, "change", entry.pk)))
    for told in ("Close for good: requested", "operator", "Letter of 3 March", entry.hash):
        assert told in text


def test_what_was_so_before_is_shown(auditor, operator):
    ask("close", rows.account(), operator)
    entry = AuditEntry.objects.get()
    text = text_of(signed_in(auditor).get(address(AuditEntry, "change", entry.pk)))
    assert '"status": "active"' in text


def test_an_entry_is_found_by_what_it_is_about(auditor, operator):
    rows.operations(rows.account(), operator, 1)
    account = rows.account()
    ask("close", account, operator)
    answer = signed_in(auditor).get(address(AuditEntry, "changelist"), {"q": str(account.pk)})
    assert [entry.object_id for entry in answer.context["cl"].result_list] == [str(account.pk)]


def test_the_admins_own_history_speaks_the_same_words(auditor, operator):
    ask("close", rows.account(), operator)
    text = text_of(signed_in(auditor).get(address(LogEntry, "changelist")))
    assert "Close for good: requested" in text


def test_the_admins_own_history_tells_the_reason_and_what_changed(programme, auditor, operator):
    work.advance(ask("deactivate", programme.account(), operator, reason="Phone lost").pk)
    text = text_of(signed_in(auditor).get(address(LogEntry, "changelist")))
    assert "Phone lost" in text
    assert "status: active → inactive" in text


def test_djangos_own_messages_are_shown_as_it_says_them(auditor):
    message = json.dumps([{"changed": {"fields": ["Active"]}}])
    LogEntry.objects.create(
        user=auditor, object_repr="x", action_flag=CHANGE, change_message=message
    )
    answer = signed_in(auditor).get(address(LogEntry, "changelist"))
    assert "Changed Active." in text_of(answer)
