"""The page on which an evidence pack is taken out of the system."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission

from accounts_app.models import Account, AuditEntry, Customer
from accounts_app.services.evidence import packing
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.looks import PHONE, barriers, excess, look_at
from tests.admin.pages import signed_in, text_of
from tests.browser import sign_in, watch

PICTURES = os.environ.get("PICTURES", "")
FORM = {"since": "2026-01-01", "until": "2026-12-31", "reason": "Asked by the regulator"}


@pytest.fixture(autouse=True)
def _key(settings, anchor_key_pem):
    """A key to sign with."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem


@pytest.fixture
def account(db):
    """An account to tell about."""
    return rows.account()


def page_of(row):
    """Return the address of the page."""
    return address(type(row), "evidence", row.pk)


@pytest.mark.parametrize("model", [Account, Customer])
def test_the_pack_is_handed_out_as_a_file(account, auditor, model):
    row = account if model is Account else account.customer
    answer = signed_in(auditor).post(page_of(row), FORM)
    name = f'attachment; filename="evidence-{row.KIND}-{row.pk}.zip"'
    assert (answer.status_code, answer["Content-Disposition"]) == (200, name)
    content = io.BytesIO(b"".join(answer.streaming_content))
    assert zipfile.ZipFile(content).testzip() is None


def test_both_days_belong_to_the_period(account, auditor):
    b"".join(signed_in(auditor).post(page_of(account), FORM).streaming_content)
    after = AuditEntry.objects.get(action="evidence.exported").after
    assert after["since"] == "2026-01-01T00:00:00.000000+00:00"
    assert after["until"] == "2027-01-01T00:00:00.000000+00:00"


def test_the_page_says_what_it_holds_and_whose_key_signs(account, auditor):
    text = text_of(signed_in(auditor).get(page_of(account)))
    assert "It holds personal fields in full." in text
    assert packing.fingerprint() in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "Say why"),
        ({"since": "2027-01-01"}, "The period ends before it begins."),
        ({"until": "soon"}, "Enter a valid date."),
        ({"until": "9999-12-31", "since": "9999-12-31"}, "The period ends before it begins."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(account, auditor, wrong, said):
    answer = signed_in(auditor).post(page_of(account), {**FORM, "reference": "CASE-7", **wrong})
    assert said in text_of(answer)
    assert 'value="CASE-7"' in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_without_a_key_the_page_says_what_is_missing(account, auditor, settings):
    settings.AUDIT_ANCHOR_KEY = ""
    assert "AUDIT_ANCHOR_KEY" in text_of(signed_in(auditor).get(page_of(account)))
    assert "AUDIT_ANCHOR_KEY" in text_of(signed_in(auditor).post(page_of(account), FORM))


@pytest.mark.parametrize("name", ["viewer", "operator"])
def test_who_may_not_is_refused_and_not_led_there(account, name, request):
    browser = signed_in(request.getfixturevalue(name))
    assert browser.get(page_of(account)).status_code == 403
    assert browser.post(page_of(account), FORM).status_code == 403
    assert (
        page_of(account) not in browser.get(address(Account, "change", account.pk)).content.decode()
    )


def test_who_may_not_see_personal_fields_in_full_is_refused(account, auditor):
    unmask = Permission.objects.get(codename="unmask_customer")
    auditor.groups.get().permissions.remove(unmask)
    assert signed_in(auditor).post(page_of(account), FORM).status_code == 403
    assert not AuditEntry.objects.filter(action="evidence.exported").exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_auditor_takes_a_pack_out(open_context, live_server, auditor, tmp_path):
    account = rows.account()
    rows.event(account, b'{"note": "<script>alert(1)</script>"}')
    context = open_context(accept_downloads=True)
    sign_in(context, live_server.url, auditor)
    page = context.new_page()
    complaints = watch(page)
    page.goto(live_server.url + address(Account, "change", account.pk))
    page.click("text=Evidence pack")
    page.fill("[name=reason]", "Asked by the regulator")
    with page.expect_download() as handed_out:
        page.click("text=Make the pack")
    assert look_at(page, page.url, complaints) == []
    zipfile.ZipFile(handed_out.value.path()).extractall(tmp_path)
    page.goto((tmp_path / "report.html").as_uri())
    assert page.is_visible("text=<script>alert(1)</script>")
    assert [*barriers(page), *excess(page), *complaints] == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "evidence-report.png")
        page.set_viewport_size(PHONE)
        page.screenshot(path=Path(PICTURES) / "evidence-report-phone.png")
