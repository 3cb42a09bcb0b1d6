"""Asking about many in a real browser: tick, look, ask, follow; with and without script."""

import pytest

from accounts_app import work
from accounts_app.models import Account, Batch, Operation
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.looks import troubles
from tests.browser import sign_in, watch
from tests.factories import ask

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def tick_and_ask(page, accounts):
    """Tick these accounts in the open list and choose to deactivate them."""
    for account in accounts:
        page.check(f'input.action-select[value="{account.pk}"]')
    page.select_option("select[name=action]", "deactivate_selected")
    page.click(".actions button")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_three_accounts_are_deactivated_and_followed(
    has_script, open_context, live_server, programme, operator
):
    accounts = [programme.account() for _ in range(3)]
    ask("close", accounts[2], operator)
    context = open_context(java_script_enabled=has_script)
    sign_in(context, live_server.url, operator)
    page = context.new_page()
    complaints = watch(page)
    page.goto(live_server.url + address(Account, "changelist"))
    tick_and_ask(page, accounts)
    assert page.is_visible("text=2 of 3 will be asked for, 1 cannot be")
    page.fill("[name=reason]", "Pattern 17")
    page.click("button:text-is('Deactivate 2 accounts')")
    page.wait_for_selector("text=1 of 3 finished: 1 refused.")
    work.run_due()
    if not has_script:
        page.click("noscript a")
    page.wait_for_selector("text=3 of 3 finished: 2 done, 1 refused.")
    page.click("text=Retry the failed")
    page.wait_for_selector("text=0 of 1 will be asked for, 1 cannot be")
    assert complaints == []


def test_the_page_of_a_batch_announces_how_far_it_is(
    open_context, live_server, programme, operator
):
    batch = rows.batch([programme.account() for _ in range(2)], operator)
    context = open_context()
    sign_in(context, live_server.url, operator)
    page = context.new_page()
    page.goto(live_server.url + address(Batch, "change", batch.pk))
    work.advance(Operation.objects.first().pk)
    page.wait_for_selector("[data-progress][data-state='1']")
    assert page.text_content("[data-announce]") == "1 of 2 finished: 1 done"


@pytest.mark.looks
def test_the_pages_are_sound(open_context, live_server, all_roles, approver):
    owner = rows.customer()
    accounts = [rows.account(owner) for _ in range(7)]
    rows.card(accounts[0])
    ask("close", accounts[1], approver)
    chosen = [*accounts, rows.account(owner, status="inactive")]
    asked = rows.batch(chosen, all_roles, reason="A long reason. " * 20, reference="CASE-7")
    reads = rows.batch(accounts, all_roles, "refresh")
    preview = address(Account, "batch", "deactivate")
    preview += "?" + "&".join(f"of={account.pk}" for account in chosen)
    visited = (
        preview,
        address(Batch, "change", asked.pk),
        address(Batch, "change", reads.pk),
        address(Batch, "changelist"),
    )
    assert troubles(open_context, live_server.url, [(all_roles, one) for one in visited]) == []
