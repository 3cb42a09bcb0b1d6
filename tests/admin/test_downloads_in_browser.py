"""A file that is being made is told of, asked for once, and ends what was typed for it."""

import pytest
from django.urls import reverse

from accounts_app.models import Account, AuditEntry
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.looks import DESK, barriers
from tests.browser import sign_in, watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
SAYS = "[data-download-says]"
ASK_TWICE = "form => { form.requestSubmit(); form.requestSubmit(); }"
REASON = "Asked by the regulator"


@pytest.fixture
def open_at(open_context, live_server, settings, anchor_key_pem):
    """Opens an address of ours as somebody."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem

    def open_one(person, path, **options):
        context = open_context(viewport=DESK, **options)
        sign_in(context, live_server.url, person)
        page = context.new_page()
        page.complaints = watch(page)
        page.goto(live_server.url + path)
        return page

    return open_one


def lists_taken():
    """Count how often a list was taken out."""
    return AuditEntry.objects.filter(action="export.started").count()


def told_of(page, ask):
    """Ask for a file until the page says that it is coming; return the file's name."""
    with page.expect_download() as got:
        ask()
    page.wait_for_selector(f"{SAYS}:has-text('The file is coming')")
    return got.value.suggested_filename


def test_a_list_is_asked_for_once_and_told_to_be_coming(open_at, operator):
    rows.account()
    page = open_at(operator, address(Account, "changelist"))
    name = told_of(page, lambda: page.eval_on_selector(".views__export", ASK_TWICE))
    assert name.endswith(".csv")
    assert lists_taken() == 1
    assert (barriers(page), page.complaints) == ([], [])


def test_while_it_is_made_the_page_says_so(open_at, operator):
    page = open_at(operator, address(Account, "changelist"))
    page.eval_on_selector(
        ".views__export", "form => form.addEventListener('submit', e => e.preventDefault())"
    )
    page.click(".views__export button")
    assert page.inner_text(SAYS) == "The file is being made."
    assert page.get_attribute(".views__export", "aria-busy") == "true"


def test_a_list_can_be_taken_again(open_at, operator):
    page = open_at(operator, address(Account, "changelist"))
    for times in (1, 2):
        told_of(page, lambda: page.click(".views__export button"))
        assert lists_taken() == times


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_pack_comes_and_its_draft_is_done_with(has_script, open_at, auditor):
    page = open_at(
        auditor, address(Account, "evidence", rows.account().pk), java_script_enabled=has_script
    )

    def ask():
        page.fill("[name=reason]", REASON)
        page.click("button:text-is('Make the pack')")

    if has_script:
        name = told_of(page, ask)
    else:
        with page.expect_download() as got:
            ask()
        name = got.value.suggested_filename
    assert name.endswith(".zip")
    assert AuditEntry.objects.filter(action="evidence.exported").first().reason == REASON
    page.goto(page.url.partition("/admin/")[0] + reverse("admin:index"))
    assert not page.is_visible("[data-drafts]")


def test_what_was_typed_for_a_pack_that_is_refused_stays(open_at, auditor):
    page = open_at(auditor, address(Account, "evidence", rows.account().pk))
    page.fill("[name=since]", "2026-05-02")
    page.fill("[name=until]", "2026-05-01")
    page.fill("[name=reason]", REASON)
    page.click("button:text-is('Make the pack')")
    page.wait_for_selector("text=Nothing was taken out yet")
    page.goto(page.url)
    assert page.input_value("[name=reason]") == REASON
    assert page.input_value("[name=since]") == "2026-05-02"
