"""A page over a table that grows is refused by `check` when it declares what grows with it."""

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin, ShowFacets
from django.core.paginator import Paginator
from django.db import connection

from accounts_app.admin import page_checks, values
from accounts_app.admin.accounts import AccountAdmin
from accounts_app.admin.cards import CardAdmin
from accounts_app.admin.events import WebhookEventAdmin
from accounts_app.admin.operations import OperationAdmin
from accounts_app.models import Account, Card, Challenge, Customer
from tests.admin import rows


def refusals(page, **declared):
    """Return number and sentence of what is refused of a page that declares this."""
    made = type("Page", (page,), declared)
    model = next(one for one, known in admin.site._registry.items() if type(known) is page)
    found = page_checks.errors_of(made(model, admin.site))
    return [(error.id.removeprefix("accounts_app."), error.msg) for error in found]


def test_our_pages_are_as_they_should_be():
    assert page_checks.check_pages() == []


def test_a_drop_down_of_every_customer_is_refused():
    editable = {"has_change_permission": ModelAdmin.has_change_permission}
    assert ("E060", "Page: customer offers every row of a table that grows.") in refusals(
        AccountAdmin, **editable
    )
    assert refusals(AccountAdmin, **editable, raw_id_fields=("customer",)) == []


def test_a_drop_down_on_any_page_is_refused():
    page = ModelAdmin(Challenge, admin.site)
    assert "E060" in {error.id.rpartition(".")[2] for error in page_checks.errors_of(page)}


def test_a_filter_that_offers_every_account_is_refused():
    ((number, _),) = refusals(CardAdmin, list_filter=("account",))
    assert number == "E060"


def test_a_column_of_another_row_without_its_join_is_refused():
    sentence = "Page: the column external_id reads another row for every line."
    assert refusals(AccountAdmin, list_select_related=()) == [("E061", sentence)]
    assert refusals(AccountAdmin, list_select_related=True) == []


@pytest.mark.parametrize(
    "declared",
    [
        {"search_fields": ("customer__external_id",)},
        {"looks_in": ("currencies",)},
        {"looks_in_ids": ("digest",)},
        {"looks_for": ("updated_at_text",)},
    ],
    ids=lambda declared: next(iter(declared)),
)
def test_a_search_without_an_index_is_refused(declared):
    assert [number for number, _ in refusals(AccountAdmin, **declared)] == ["E062"]


@pytest.mark.parametrize(
    "declared",
    [
        {"paginator": Paginator},
        {"show_full_result_count": True},
        {"show_facets": ShowFacets.ALLOW},
    ],
    ids=lambda declared: next(iter(declared)),
)
def test_a_full_count_is_refused(declared):
    assert [number for number, _ in refusals(AccountAdmin, **declared)] == ["E063"]


@pytest.mark.parametrize(
    ("page", "declared"),
    [
        (AccountAdmin, {"ordering": ("digest",)}),
        (AccountAdmin, {"list_display": ("short", "source")}),
        (WebhookEventAdmin, {"sortable_by": None}),
        (CardAdmin, {"list_display": ("short", "account")}),
        (OperationAdmin, {"sortable_by": ("customer__external_id",)}),
        (OperationAdmin, {"sortable_by": ("name", "maker")}),
        (WebhookEventAdmin, {"sortable_by": ("received", "type")}),
    ],
)
def test_an_order_without_an_index_is_refused(page, declared):
    assert {number for number, _ in refusals(page, **declared)} == {"E064"}


@pytest.mark.parametrize(
    ("page", "declared"),
    [
        (AccountAdmin, {"list_filter": ("status",)}),
        (AccountAdmin, {"list_filter": (("source", values.IndexedValuesFilter),)}),
        (AccountAdmin, {"list_filter": ("asked_at",)}),
        (OperationAdmin, {"list_filter": (("maker", admin.RelatedOnlyFieldListFilter),)}),
    ],
)
def test_a_filter_that_reads_the_table_is_refused(page, declared):
    assert [number for number, _ in refusals(page, **declared)] == ["E065"]


@pytest.mark.django_db
def test_a_filter_offers_each_value_once():
    for status in ("active", "closed", "active", "inactive", "closed"):
        rows.account(status=status)
    found = values.values_of(Account, Account._meta.get_field("status"))
    assert found == ["active", "closed", "inactive"]


@pytest.mark.django_db
def test_a_filter_of_an_empty_list_offers_nothing():
    assert values.values_of(Card, Card._meta.get_field("network")) == []


@pytest.mark.django_db
def test_a_filter_offers_no_list_without_end():
    for number in range(values.MOST + 5):
        rows.customer(status=f"state-{number:03d}")
    found = values.values_of(Customer, Customer._meta.get_field("status"))
    assert (len(found), found[0]) == (values.MOST, "state-000")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's")
@pytest.mark.parametrize("column", ["status", "type", "currencies"])
def test_the_values_are_walked_to_by_an_index(column):
    statement = values.WALK.format(table="accounts_app_account", column=column, most=values.MOST)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan
