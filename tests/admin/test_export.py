"""A list leaves the system as a file: as shown, harmless, row by row, and on record."""

import csv
import io
import re
import tracemalloc

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from accounts_app import audit
from accounts_app.admin import plain
from accounts_app.errors import NotPermitted
from accounts_app.models import Account, AuditEntry, Customer, WebhookEvent
from accounts_app.services import list_files, unmasking
from tests.admin import many, rows
from tests.admin.conftest import LISTED, address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


def export(person, model, query=""):
    """Ask for a list as a file."""
    return signed_in(person).post(address(model, "export") + query)


def table(answer):
    """Return the file's rows."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def go_away(answer):
    """End the answer as the server does, without ending the test's own connection."""
    for close in answer._resource_closers:
        close()


def entries():
    """Return what was recorded about files, the first first."""
    told = AuditEntry.objects.filter(action__startswith="export.").order_by("sequence")
    return [(entry.action, entry.after) for entry in told]


def test_a_list_comes_out_in_plain_values_whole_ids_and_utc(operator):
    account = rows.account(rows.customer(externalId="crm-00001", chainId="eip155:1:0x" + "ab" * 20))
    heading, row = table(export(operator, Account))
    assert heading == ["id", "customer", "status", "currencies", "contract", "created", "updated"]
    day = "2026-03-01T09:00:00Z"
    assert row == [str(account.pk), "crm-…01", "active", "EUR", "", day, day]


def test_what_is_personal_is_masked_in_the_file_even_for_who_sees_it_in_full(operator):
    customer = rows.customer(chainId="eip155:1:0x" + "ab" * 20)
    unmasking.unmask(customer, person=operator, reason="The owner calls")
    assert table(export(operator, Customer))[1][3] == "eip155:1:0xab…ab"


def test_filter_search_and_order_count(operator):
    first, second = (rows.account(rows.customer(externalId=name)) for name in ("crm-b", "crm-a"))
    rows.account(status="closed")
    found = table(export(operator, Account, "?q=crm-&status=active&o=3"))[1:]
    assert [row[0] for row in found] == [str(second.pk), str(first.pk)]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_no_spreadsheet_takes_a_value_for_a_formula(name):
    assert plain.harmless(name) == f"'{name}"


def test_a_formula_in_the_provider_s_words_is_harmless_in_the_file(operator):
    rows.customer(externalId="=1+CRM")
    assert table(export(operator, Customer))[1][1] == "'=1+…M"


def test_the_file_says_that_it_is_utf_8(operator):
    answer = export(operator, Account)
    assert next(iter(answer.streaming_content)).startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="account-20')
    assert "no-store" in answer["Cache-Control"]
    go_away(answer)


def test_who_took_which_rows_is_recorded_before_and_after(operator):
    rows.account(status="closed")
    told = {"list": "accounts", "query": "status=closed"}
    answer = export(operator, Account, "?status=closed")
    assert entries() == [("export.started", told)]
    table(answer)
    assert entries()[1] == ("export.ended", {**told, "rows": 1, "whole": True})
    assert audit.verify() is None


def test_a_file_that_is_broken_off_is_recorded_as_such(operator):
    rows.account()
    answer = export(operator, Account)
    next(iter(answer.streaming_content))
    go_away(answer)
    assert entries()[1][1]["whole"] is False
    assert entries()[1][1]["rows"] == 0


def test_nothing_leaves_when_it_cannot_be_recorded(operator, monkeypatch):
    rows.account()
    monkeypatch.setattr(audit, "GENESIS", None)
    client = signed_in(operator)
    client.raise_request_exception = False
    answer = client.post(address(Account, "export"))
    assert answer.status_code == 500
    assert AuditEntry.objects.count() == 0


def test_ten_thousand_rows_take_no_more_memory_than_a_few(operator):
    many.events(10_000)
    answer = export(operator, WebhookEvent)
    stream = iter(answer.streaming_content)
    next(stream)
    next(stream)
    tracemalloc.start()
    number = sum(part.count(b"\r\n") for part in stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number == 9_500
    assert peak < 8_000_000, f"{peak / 1e6:.1f} MB"


@pytest.mark.parametrize(
    ("name", "may"), [("viewer", 0), ("operator", 1), ("approver", 1), ("auditor", 1)]
)
def test_lists_are_taken_out_by_those_whose_right_it_is(name, may, request):
    person = request.getfixturevalue(name)
    assert export(person, Account).status_code == (200 if may else 403)
    offered = "Download as CSV" in text_of(signed_in(person).get(address(Account, "changelist")))
    assert offered == bool(may)


@pytest.mark.parametrize(
    ("name", "model"), [("viewer", Account), ("operator", AuditEntry), ("operator", User)]
)
def test_s2_the_service_refuses_who_may_not(name, model, request):
    with pytest.raises(NotPermitted):
        list_files.begin(request.getfixturevalue(name), model, {})
    assert entries() == []


def test_the_audit_s_lists_are_for_auditors(auditor, operator):
    assert export(auditor, AuditEntry).status_code == 200
    assert export(operator, AuditEntry).status_code == 403


@pytest.mark.parametrize("model", LISTED[:-2], ids=lambda model: model.__name__)
def test_every_list_can_be_taken_out(model, office, all_roles):
    heading, *found = table(export(all_roles, model))
    assert heading[0] == "id"
    assert len(found) == model.objects.count() - (model in (AuditEntry, LogEntry))
    assert not {"<span", "<time", "<a "} & set(re.findall(r"<\w+ ?", "".join(found[0])))


def test_a_link_alone_takes_nothing_out(operator):
    assert signed_in(operator).get(address(Account, "export")).status_code == 405


def test_a_query_that_is_none_is_refused(operator):
    assert export(operator, Account, "?nonsense=1").status_code == 400
    assert entries() == []
