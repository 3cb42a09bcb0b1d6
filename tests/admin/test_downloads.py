"""A page that waits for a file learns when it has begun to come: by its mark, to its person."""

import pytest
from django.urls import reverse

from accounts_app import audit
from accounts_app.admin import downloads
from accounts_app.models import Account, AuditEntry, Customer
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in
from tests.evidence.test_page import FORM

pytestmark = pytest.mark.django_db
MARK = "abcdefghijklmnop"


def has_begun(client, mark=MARK):
    """Ask as the page does."""
    return client.get(reverse("admin:download"), {"of": mark}).json()["begun"]


def export(client, mark=MARK):
    """Take a list out as the page does."""
    return client.post(address(Account, "export"), {"download": mark})


def test_a_list_has_begun_before_its_first_byte(operator):
    client = signed_in(operator)
    assert not has_begun(client)
    answer = export(client)
    assert has_begun(client)
    assert not has_begun(client, "ponmlkjihgfedcba")
    answer.getvalue()
    told = AuditEntry.objects.filter(action__startswith="export.").values_list("after", flat=True)
    assert [after["download"] for after in told] == [MARK, MARK]
    assert audit.verify() is None


def test_a_pack_has_begun_once_it_is_recorded(auditor, settings, anchor_key_pem):
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem
    client, page = signed_in(auditor), address(Customer, "evidence", rows.customer().pk)
    client.post(page, {**FORM, "reason": " ", "download": MARK})
    assert not has_begun(client)
    client.post(page, {**FORM, "download": MARK}).getvalue()
    assert has_begun(client)


def test_nobody_learns_of_others_files(operator, auditor):
    export(signed_in(operator)).getvalue()
    assert not has_begun(signed_in(auditor))


@pytest.mark.parametrize(
    "mark", ["", "a" * 15, "a" * 17, "A" * 16, "4111111111111111", "a" * 15 + "\n"]
)
def test_what_is_no_mark_is_not_kept(operator, mark):
    client = signed_in(operator)
    export(client, mark).getvalue()
    assert "download" not in AuditEntry.objects.earliest("sequence").after
    assert not has_begun(client, mark)


def test_only_the_last_entries_are_looked_at(operator, monkeypatch):
    monkeypatch.setattr(downloads, "RECENT", 2)
    client = signed_in(operator)
    export(client).getvalue()
    assert has_begun(client)
    export(client, "z" * 16).getvalue()
    assert not has_begun(client)


def test_the_answer_is_kept_nowhere(operator):
    answer = signed_in(operator).get(reverse("admin:download"))
    assert "no-store" in answer["Cache-Control"]
    assert answer.json() == {"begun": False}
