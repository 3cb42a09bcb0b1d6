"""The provider's own words are explained where they stand, and lists let identifiers be copied."""

import pytest

from accounts_app.admin import meanings
from accounts_app.models import (
    Account,
    Batch,
    Card,
    Customer,
    Discrepancy,
    Drift,
    Operation,
    Review,
    Snapshot,
    WebhookEvent,
)
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import page_of, signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db
MIRRORED = (Customer, Account, Card)


@pytest.mark.parametrize("model", MIRRORED, ids=lambda model: model.__name__)
def test_every_status_that_the_provider_documents_is_explained(model):
    told = {status: meanings.of_status(model.KIND, status) for status in model.KNOWN_STATUSES}
    assert {status for status, meaning in told.items() if not meaning} == set()


@pytest.mark.parametrize("status", ["pending", "capturing", "captured", "releasing", "released"])
def test_so_is_every_status_of_an_authorisation(status):
    assert meanings.of_status("authorisation", status)


def test_what_nobody_documents_is_not_explained():
    assert meanings.of_status("account", "hibernating") == ""


def test_a_row_s_page_says_what_its_status_and_type_mean(viewer):
    account = rows.account(status="inactive")
    text = text_of(signed_in(viewer).get(address(Account, "change", account.pk)))
    assert meanings.of_status("account", "inactive") in text
    assert meanings.of_type("card_account") in text


def test_in_a_list_the_meaning_appears_on_hover(viewer):
    rows.account(status="inactive")
    html = signed_in(viewer).get(address(Account, "changelist")).content.decode()
    assert f'title="{meanings.of_status("account", "inactive")}"' in html


@pytest.fixture
def account(operator) -> Account:
    """An account that every list tells of."""
    account = rows.account()
    ask("deactivate", account, operator)
    rows.event(account)
    rows.comparison(account)
    rows.contradiction(rows.account(status="closed"))
    return account


ABOUT_ACCOUNTS = (Account, Operation, WebhookEvent, Snapshot, Drift, Review)


@pytest.mark.parametrize("model", ABOUT_ACCOUNTS, ids=lambda model: model.__name__)
def test_each_list_lets_the_whole_id_be_copied(model, account, all_roles):
    html = signed_in(all_roles).get(address(model, "changelist")).content.decode()
    assert f'data-copy="{account.pk}"' in html


def test_so_does_the_list_of_discrepancies(account, all_roles):
    html = signed_in(all_roles).get(address(Discrepancy, "changelist")).content.decode()
    assert f'data-copy="{Discrepancy.objects.get().entity_id}"' in html


def test_what_copies_is_no_column_of_a_file(account, operator):
    answer = signed_in(operator).post(address(Account, "export"))
    heading = b"".join(answer.streaming_content).decode().splitlines()[0]
    assert "copy" not in heading


def test_the_start_page_counts_the_batches_under_way(operator):
    batch = rows.batch([rows.account()], operator, "refresh")
    done = rows.batch([rows.account()], operator, "refresh")
    done.items.update(state="done")
    client = signed_in(operator)
    piles = {pile.label: pile for pile in client.get("/admin/").context["waiting"]}
    pile = piles["batches under way"]
    listed = client.get(pile.address).context["cl"].result_list
    assert (pile.number, [one.pk for one in listed]) == (1, [batch.pk])


def test_an_operation_leads_to_the_batch_it_is_part_of(operator):
    batch = rows.batch([rows.account()], operator)
    operation = Operation.objects.get()
    html = signed_in(operator).get(page_of(operation)).content.decode()
    assert address(Batch, "change", batch.pk) in html


def test_one_that_is_part_of_none_says_nothing_of_it(operator):
    operation = ask("deactivate", rows.account(), operator)
    assert "Part of" not in text_of(signed_in(operator).get(page_of(operation)))
