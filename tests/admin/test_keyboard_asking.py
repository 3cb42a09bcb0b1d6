"""What is asked for, by keys alone: found, filled in, sent, followed and withdrawn."""

import pytest
from django.urls import reverse

from accounts_app import work
from accounts_app.models import Account, AuditEntry, Batch, Customer, Operation, Pause
from tests.admin.conftest import address
from tests.admin.test_sign_challenge import account as to_sign  # noqa: F401 -- a fixture
from tests.admin.test_sign_challenge import signature_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
REASON = "[name=reason]"


def page_of(row):
    """Return the address of a row's own page."""
    return address(type(row), "change", row.pk)


def test_an_account_is_found_by_its_wallet_and_deactivated(at_keys, programme, operator):
    account = programme.account()
    keys = at_keys(operator)
    keys.find(account.customer.chain_id.rpartition(":")[2], f"Account {str(account.pk)[:8]}")
    keys.open("a.button:text-is('Deactivate')")
    keys.choose("[name=cause]", "Suspected fraud")
    keys.fill(REASON, "Three chargebacks in one night")
    keys.open("button:text-is('Deactivate')")
    keys.says("The account is inactive.")
    assert Operation.objects.get().cause == "fraud"


def test_a_close_is_asked_for_and_withdrawn(at_keys, programme, operator):
    account = programme.account()
    programme.card(account)
    keys = at_keys(operator, page_of(account))
    keys.open("a.button:text-is('Close for good')")
    keys.fill(REASON, "Leaves the country")
    keys.fill("[name=confirmation]", str(account.pk))
    keys.open("button:text-is('Ask to close for good')")
    keys.open("button:text-is('Withdraw the request')")
    keys.says("Withdrawn")
    assert Operation.objects.get().state == Operation.State.CANCELLED


def test_what_is_missing_is_said_and_filled_in(at_keys, programme, operator):
    keys = at_keys(operator, page_of(programme.account()))
    keys.open("a.button:text-is('Deactivate')")
    keys.open("button:text-is('Deactivate')")
    keys.says("look at the entry marked below")
    keys.fill(REASON, "Now with a reason")
    keys.open("button:text-is('Deactivate')")
    keys.says("The account is inactive.")
    assert Operation.objects.get().reason == "Now with a reason"


def test_the_owners_signature_is_pasted_and_submitted(at_keys, to_sign, sandbox, operator):  # noqa: F811
    keys = at_keys(operator, page_of(to_sign))
    keys.open("a:text-is('Submit the signature'), a.button:text-is('Submit signature')")
    keys.to("[name=signature]")
    keys.page.keyboard.insert_text(signature_of(to_sign, sandbox))
    keys.fill(REASON, "Signed on the phone")
    keys.open("button:text-is('Submit signature')")
    keys.page.wait_for_selector("[data-state=succeeded]")
    assert Operation.objects.get(kind="sign_challenge").reason == "Signed on the phone"


def test_an_account_is_read_anew(at_keys, programme, operator):
    account = programme.account()
    keys = at_keys(operator, page_of(account))
    keys.open("button:text-is('Refresh')")
    keys.page.wait_for_selector(".messagelist")
    read = AuditEntry.objects.get(action="refreshed")
    assert (read.actor_name, read.object_id) == ("operator", str(account.pk))
    asked_before, account = account.asked_at, Account.objects.get(pk=account.pk)
    assert account.asked_at > asked_before


def test_many_are_deactivated_at_once(at_keys, programme, operator):
    accounts = [programme.account() for _ in range(2)]
    keys = at_keys(operator, address(Account, "changelist"))
    for account in sorted(accounts, key=lambda one: one.pk, reverse=True):
        keys.tick(f'input.action-select[value="{account.pk}"]')
    keys.choose("select[name=action]", "Deactivate")
    keys.open(".actions button")
    keys.fill(REASON, "Pattern 17")
    keys.open("button:text-is('Deactivate 2 accounts')")
    work.run_due()
    keys.says("2 of 2 finished: 2 done.")
    assert Batch.objects.get().reason == "Pattern 17"


def test_a_customer_is_registered(at_keys, sandbox, operator):
    keys = at_keys(operator, address(Customer, "changelist"))
    keys.open("a:text-is('Register customer')")
    keys.fill("[name=chain_id]", sandbox.world.wallets.create())
    keys.fill("[name=external_id]", "crm-new")
    keys.fill(REASON, "Signed up at the counter")
    keys.open("button:has-text('Register customer')")
    keys.page.wait_for_selector("[data-state=succeeded]")
    assert Customer.objects.count() == 1


def test_a_card_is_terminated(at_keys, programme, operator):
    card = programme.card(programme.account())
    keys = at_keys(operator, page_of(card))
    keys.open("a.button:text-is('Terminate card for good')")
    keys.fill(REASON, "Lost")
    if keys.page.locator("[name=confirmation]").count():
        keys.fill("[name=confirmation]", str(card.pk))
    keys.open("form[data-draft] button[type=submit]")
    keys.page.wait_for_selector("[data-progress]")
    assert Operation.objects.get().kind == "terminate_card"


def test_sending_is_paused(at_keys, sandbox, approver):
    keys = at_keys(approver, reverse("admin:accounts_app_pause_changelist"))
    keys.open("a.button:text-is('Pause sending')")
    keys.fill(REASON, "Something looks wrong")
    keys.open("form[data-draft] button[type=submit]")
    keys.says("Sending is paused.")
    pause = Pause.objects.get(ended_at=None)
    assert (pause.person, pause.reason) == (approver, "Something looks wrong")
