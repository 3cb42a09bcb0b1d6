"""Personal fields are masked for everybody, and shown in full for a reason that is kept."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts_app.errors import NotPermitted
from accounts_app.models import Account, AuditEntry, Card, Customer, Operation, Snapshot
from accounts_app.services import sight, unmasking
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import ask_address, page_of, signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db
EXTERNAL = "secret-name-77"
WALLET = "eip155:324:0x5ec2e70000000000000000000000000000005e07"
CONTRACT = "eip155:324:0xc0de5ec2e7000000000000000000000000005e07"
PERSONAL = re.compile("secret-name-77|5ec2e7", re.IGNORECASE)


@pytest.fixture
def account() -> Account:
    """An account with all that is personal."""
    owner = rows.customer(externalId=EXTERNAL, chainId=WALLET)
    return rows.account(owner, chainId=CONTRACT)


def everywhere(account, maker):
    """Let all happen that could tell what is personal; return the pages that might."""
    rows.card(account)
    rows.changed(account, chainId=CONTRACT.replace("c0de", "c0d0"))
    body = f'{{"id": "{account.pk}", "chainId": "{CONTRACT}", "externalId": "{EXTERNAL}"}}'
    event = rows.event(account, body.encode())
    rows.challenge(account, f"Sign in as {WALLET}")
    account = Account.objects.get(pk=account.pk)
    operation = ask("close", account, maker, reason=f"The owner of {WALLET} left")
    comparison = rows.comparison(account, chainId=CONTRACT)
    lists = (Customer, Account, Card, Operation, Snapshot)
    return [
        *(address(model, "changelist") for model in lists),
        *(address(type(row), "change", row.pk) for row in (account.customer, account, event)),
        *(address(type(row), "history", row.pk) for row in (account.customer, account)),
        *(address(Snapshot, "change", row.pk) for row in Snapshot.objects.all()),
        *(address(type(row), "change", row.pk) for row in comparison.drifts.all()),
        address(Card, "change", Card.objects.get().pk),
        address(type(comparison), "change", comparison.pk),
        page_of(operation),
        page_of(operation, "decide"),
        ask_address(account, "deactivate"),
    ]


def shown(person, page):
    """Return what of the personal fields a page shows somewhere in its source."""
    return PERSONAL.findall(signed_in(person).get(page).content.decode())


def unmask(person, customer):
    """Give a reason on the page, as a browser would; returns the answer."""
    page = reverse("admin:accounts_app_customer_unmask", args=[customer.pk])
    return signed_in(person).post(page, {"reason": "The owner calls", "next": "/admin/?x"})


def test_no_page_shows_a_viewer_or_an_auditor_what_is_personal(account, operator, viewer, auditor):
    pages = everywhere(account, operator)
    assert {page: shown(viewer, page) for page in pages if shown(viewer, page)} == {}
    assert {page: shown(auditor, page) for page in pages if shown(auditor, page)} == {}


def test_the_owners_challenge_is_whole_for_those_who_hand_it_over(account, operator, viewer):
    rows.challenge(account, f"Sign in as {WALLET}")
    page = address(Account, "change", account.pk)
    assert f"Sign in as {WALLET}" in text_of(signed_in(operator).get(page))
    assert "Sign in as eip155:324:0x5e…07" in text_of(signed_in(viewer).get(page))


def test_a_reason_shows_one_customer_in_full_to_one_person(account, operator, approver):
    other = rows.account(rows.customer(externalId="secret-name-77b"))
    answer = unmask(operator, account.customer)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/?x")
    assert {EXTERNAL, WALLET, CONTRACT} <= set(
        text_of(signed_in(operator).get(address(Account, "change", account.pk))).split()
    )
    assert not shown(operator, address(Account, "change", other.pk))
    assert not shown(approver, address(Account, "change", account.pk))


def test_it_is_one_entry_of_the_audit_with_the_reason(account, auditor):
    unmask(auditor, account.customer)
    entry = AuditEntry.objects.get(action="customer.unmasked")
    assert (entry.actor, entry.reason) == (auditor, "The owner calls")
    assert entry.object_id == str(account.customer_id)


def test_it_ends_by_itself(account, operator, settings):
    settings.UNMASKED_FOR = timedelta(seconds=-1)
    unmask(operator, account.customer)
    assert not shown(operator, address(Account, "change", account.pk))


def test_it_ends_with_the_right(account, operator):
    unmask(operator, account.customer)
    operator.groups.clear()
    assert unmasking.open_to(type(operator).objects.get(pk=operator.pk)) == {}


def test_without_a_reason_nothing_is_shown(account, operator):
    page = reverse("admin:accounts_app_customer_unmask", args=[account.customer_id])
    answer = signed_in(operator).post(page, {"reason": " "})
    assert "the reason is kept" in text_of(answer)
    assert not AuditEntry.objects.exists()


def test_a_viewer_is_refused_by_page_and_service(account, viewer):
    assert unmask(viewer, account.customer).status_code == 403
    with pytest.raises(NotPermitted):
        unmasking.unmask(account.customer, person=viewer, reason="Curious")


def test_the_way_back_leads_nowhere_else(account, operator):
    page = reverse("admin:accounts_app_customer_unmask", args=[account.customer_id])
    form = {"reason": "The owner calls", "next": "https://evil.example/"}
    answer = signed_in(operator).post(page, form)
    assert answer["Location"] == address(Customer, "change", account.customer_id)


def test_where_nobody_looks_everything_is_masked(account):
    assert not sight.shows(account.customer_id)


@pytest.mark.parametrize("query", [EXTERNAL, "secret", WALLET, "0x5ec2e7"])
def test_a_viewer_finds_nothing_by_what_is_masked(account, viewer, operator, query):
    for model in (Customer, Account):
        page = f"{address(model, 'changelist')}?q={query}"
        assert signed_in(viewer).get(page).context["cl"].result_count == 0
        assert signed_in(operator).get(page).context["cl"].result_count == 1


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Customer, "external_id__startswith=s"),
        (Customer, "chain_id__contains=5ec2"),
        (Snapshot, "representation__contains=5ec2"),
        (Operation, "customer__external_id=secret"),
        (Operation, "fields__signature=0x"),
    ],
)
def test_an_address_cannot_ask_for_what_is_masked(account, viewer, model, lookup):
    answer = signed_in(viewer).get(f"{address(model, 'changelist')}?{lookup}")
    assert answer.status_code == 400


def test_a_viewer_cannot_sort_by_what_is_masked(account, viewer, operator):
    assert "external id" not in _sorted_headers(viewer)
    assert "external id" in _sorted_headers(operator)


def _sorted_headers(person):
    html = signed_in(person).get(address(Account, "changelist")).content.decode()
    return " ".join(re.findall(r'class="sortable[^"]*column-([a-z_]+)', html)).replace("_", " ")


def test_the_search_says_what_it_looks_in(viewer, operator):
    page = address(Account, "changelist")
    assert "Whole or part of an id" in text_of(signed_in(viewer).get(page))
    assert "wallet" in text_of(signed_in(operator).get(page))


def test_an_account_is_found_by_wallet_and_deactivated_in_five_steps(account, operator):
    client = signed_in(operator)
    found = client.get(f"{address(Account, 'changelist')}?q={WALLET}")  # 1 type, 2 find
    assert str(account.pk) in found.content.decode()
    client.get(address(Account, "change", account.pk))  # 3 open
    page = client.get(ask_address(account, "deactivate"))  # 4 deactivate
    form = page.context["form"].initial
    sent = {"reason": "Lost phone", **{name: form[name] for name in ("form_number", "revision")}}
    assert client.post(ask_address(account, "deactivate"), sent).status_code == 302  # 5 send
