"""The palette finds what a person may see and do, by one address, at one cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts_app.models import Account, Operation
from accounts_app.services import views
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db
WALLET = "eip155:324:0xAbCdEf0123456789aBcDeF0123456789AbCdEf01"


def find(person, words="", here=""):
    """Return what the palette offers, group by group."""
    return groups_of(signed_in(person), words, here)


def groups_of(client, words, here):
    """Ask as the palette's script does."""
    query, asks = {"q": words, "from": here}, {"accept": "application/json"}
    answer = client.get(reverse("admin:find"), query, headers=asks)
    return {group["name"]: group for group in answer.json()["groups"]}


def addresses(groups, name):
    """Return where the options of a group lead."""
    return [option["address"] for option in groups.get(name, {"options": []})["options"]]


@pytest.fixture
def account():
    """An account whose customer has a name and a wallet to look for."""
    return rows.account(rows.customer(externalId="crm-4711", chainId=WALLET))


@pytest.mark.parametrize("words", ["4711", "0xabcdef0123", WALLET, "crm-4711 eip155"])
def test_an_account_is_found_by_what_staff_hold_of_its_customer(operator, account, words):
    found = find(operator, words)
    assert addresses(found, "Accounts") == [address(Account, "change", account.pk)]
    assert len(addresses(found, "Customers")) == 1


@pytest.mark.parametrize("part", [slice(None), slice(8), slice(9, 23)])
def test_rows_are_found_by_an_id_or_part_of_it(operator, account, part):
    card = rows.card(account)
    assert addresses(find(operator, str(account.pk)[part]), "Accounts")
    assert addresses(find(operator, str(card.pk)[part]), "Cards")


def test_an_operation_is_found_by_its_number(operator, account):
    operation = ask("close", account, operator)
    found = find(operator, str(operation.pk))
    assert address(Operation, "change", operation.pk) in addresses(found, "Operations")


def test_pages_are_found_by_name(operator):
    assert addresses(find(operator, "start pa"), "Pages") == [reverse("admin:index")]
    assert address(Operation, "changelist") in addresses(find(operator, "OPER"), "Pages")


def test_only_pages_that_one_may_open_are_found(viewer, auditor):
    assert "Pages" not in find(viewer, "audit entries")
    assert len(addresses(find(auditor, "audit entries"), "Pages")) == 1


def test_saved_views_are_found_by_name(operator, viewer):
    views.save(operator, "accounts_app.account", name="Closed ones", query="q=x", is_default=False)
    assert len(addresses(find(operator, "closed"), "Saved views")) == 1
    assert "Saved views" not in find(viewer, "closed")


@pytest.mark.parametrize("page", ["change", "history"])
def test_what_the_open_row_offers_comes_first(operator, account, page):
    here = address(Account, page, account.pk)
    found = find(operator, "deact", here)
    assert list(found) == ["Here"]
    assert addresses(found, "Here") == [f"/admin/accounts_app/account/{account.pk}/ask/deactivate/"]


def test_the_only_account_found_can_be_dealt_with_at_once(operator, account):
    found = find(operator, "4711")
    asked = f"/admin/accounts_app/account/{account.pk}/ask/deactivate/"
    assert asked in addresses(found, "With this account")
    rows.account(account.customer)
    assert "With this account" not in find(operator, "4711")


def test_nobody_is_offered_what_they_may_not_do(viewer, account):
    here = address(Account, "change", account.pk)
    assert addresses(find(viewer, "", here), "Here") == [address(Account, "history", account.pk)]


@pytest.mark.parametrize("here", ["", "/nowhere/", "//x", "/admin/accounts_app/account/x/change/"])
def test_a_page_about_no_row_offers_nothing_there(operator, here):
    assert "Here" not in find(operator, "", here)


def test_no_kind_crowds_out_the_others(operator):
    for number in range(7):
        rows.account(rows.customer(externalId=f"crm-{number}"))
    accounts = find(operator, "crm-")["Accounts"]
    assert (len(accounts["options"]), accounts["has_more"]) == (5, True)


def test_many_rows_cost_what_few_do(operator, account):
    client, here = signed_in(operator), address(Account, "change", account.pk)

    def cost():
        groups_of(client, "crm", here)
        with CaptureQueriesContext(connection) as captured:
            groups_of(client, "crm", here)
        return len(captured)

    # Of each kind one, because a search that finds nothing asks for no page of it.
    rows.card(rows.account(rows.customer(externalId="crm-0")))
    few = cost()
    for number in range(30):
        rows.card(rows.account(rows.customer(externalId=f"crm-{number}")))
    assert cost() == few <= 25


def test_without_a_script_the_same_address_is_a_page(operator, account):
    answer = signed_in(operator).get(reverse("admin:find"), {"q": "4711"})
    assert f"Account {account.pk}" in text_of(answer)
    assert "Accept" in answer["Vary"]


def test_every_page_leads_to_it(operator):
    page = address(Account, "changelist")
    html = signed_in(operator).get(page).content.decode()
    assert f'href="{reverse("admin:find")}?from={page}"' in html
    assert "<dialog" in html


def test_what_was_typed_is_shown_and_harmless(operator):
    answer = signed_in(operator).get(reverse("admin:find"), {"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.content.decode()
    assert "Nothing matches." in text_of(answer)


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get(reverse("admin:find")).status_code == 302
