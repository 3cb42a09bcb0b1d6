"""The search asks one table at a time, and on PostgreSQL each by an index."""

from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.admin import search
from accounts_app.models import Account, Card, Customer, WebhookEvent
from tests.admin import rows
from tests.admin.conftest import LISTED, address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
MIGRATION = import_module("accounts_app.migrations.0013_search_indexes")
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="only PostgreSQL has such indexes"
)


def asked(person, model, words):
    """Return the statements of a search that read a table of the mirror."""
    client, page = signed_in(person), address(model, "changelist")
    client.get(page, {"q": words})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page, {"q": words}).status_code == 200
    return [one["sql"] for one in captured if "LIKE" in one["sql"]]


@pytest.mark.parametrize("model", LISTED[:-2], ids=lambda model: model.__name__)
def test_no_word_is_looked_for_across_two_tables(model, office, all_roles):
    for statement in asked(all_roles, model, "abc12"):
        condition = statement.partition(" WHERE ")[2]
        tables = {part.partition('"')[0] for part in condition.split("LIKE")[0].split('"')[1:2]}
        assert len(tables) <= 1, statement


def test_each_table_is_looked_through_once_for_a_page_and_its_count(viewer):
    account = rows.account(rows.customer())
    statements = asked(viewer, Account, str(account.pk)[:12])
    tables = [statement.partition(" FROM ")[2].split('"')[1] for statement in statements]
    assert sorted(tables) == ["accounts_app_account", "accounts_app_customer"]


def test_more_customers_than_are_listed_still_find_every_account(viewer, monkeypatch):
    monkeypatch.setattr(search, "FEW", 1)
    wanted = [rows.account(rows.customer(externalId=f"crm-{n}")) for n in range(3)]
    rows.account(rows.customer(externalId="other"))
    found = search.find(Account.objects.all(), "crm-", texts=("customer__external_id",))
    assert set(found) == set(wanted)


def test_a_card_is_found_by_the_middle_of_its_customer_s_id(viewer):
    rows.card(rows.account())
    card = rows.card(rows.account())
    part = str(card.account.customer_id)[10:22]
    found = search.find(Card.objects.all(), part, ids=("account__customer_id",))
    assert list(found) == [card]


@pytest.mark.parametrize("word", ["a", "0", "ab"])
def test_a_short_word_is_the_beginning_of_something(word):
    rows.customer(externalId=f"x{word}x")
    wanted = rows.customer(externalId=f"{word}x")
    found = search.find(Customer.objects.all(), word, texts=("external_id",))
    assert list(found) == [wanted]


@pytest.mark.parametrize("word", ["-", "g", "0" * 33, "0-" * 20, "%", "_", "\\"])
def test_what_is_no_part_of_an_id_finds_none(word):
    rows.customer(externalId="plain")
    assert not search.find(Customer.objects.all(), word, ids=("id",)).exists()


@pytest.mark.parametrize("word", ["ABCDEF012345", "0xabcdef012345", "324:0xabcdef012345"])
def test_part_of_a_wallet_is_more_than_the_digits_it_ends_in(word):
    """Those alone are what an index is asked for."""
    for start in ("f" * 12, "c" * 12):
        rows.customer(chainId=f"eip155:324:0x{start}{'012345':0>28}")
    wanted = rows.customer(chainId=f"eip155:324:0x{'abcdef012345':c<40}")
    found = search.find(Customer.objects.all(), word, texts=("chain_id",))
    assert list(found) == [wanted]


@pytest.mark.parametrize(("start", "end"), [(0, 32), (9, 23), (24, 36)])
def test_part_of_an_id_is_more_than_the_digits_it_ends_in(start, end):
    wanted = rows.customer(id="0f5b2c9e-4d1a-4b6e-8c3d-112233abcdef")
    rows.customer(id="1f5b2c9e-4d1a-4b6e-8c3d-111122abcdef")
    rows.customer(id="2f5b2c9e-4d1b-5b6e-8c3d-111222abcdef")
    found = search.find(Customer.objects.all(), str(wanted.pk)[start:end], ids=("id",))
    assert wanted in found
    assert all(str(wanted.pk)[start:end] in str(one.pk) for one in found)


def test_an_event_is_found_by_its_whole_id_alone(operator):
    event = rows.event(rows.account(), event_id="evt-4711")
    rows.event(rows.account(), event_id="evt-47110")
    found = search.find(WebhookEvent.objects.all(), "evt-4711", wholes=("event_id",))
    assert list(found) == [event]


@on_postgresql
@pytest.mark.parametrize(("table", "column"), MIGRATION.TEXTS)
def test_part_of_a_text_is_compared_as_its_index_holds_it(table, column):
    # What a plan of an almost empty table prefers says nothing about a full one.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname = %s",
            [table, MIGRATION._name(table, column)],
        )
        held = cursor.fetchone()[0].replace(f"({column})::text", column)
    assert f"USING gin (upper({column}) gin_trgm_ops)" in held


@on_postgresql
def test_part_of_an_id_is_compared_as_its_index_holds_it():
    with CaptureQueriesContext(connection) as captured:
        search.find(Customer.objects.all(), "abc12", ids=("id",))
    assert """REPLACE(("accounts_app_customer"."id")::text, '-', '')""" in captured[-1]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_customer_id'")
        assert "gin (replace((id)::text, '-'::text, ''::text) gin_trgm_ops)" in cursor.fetchone()[0]


@on_postgresql
def test_without_trigrams_the_beginning_is_still_found(monkeypatch):
    monkeypatch.setattr(search, "_has_trigrams", lambda alias: False)
    wanted = rows.customer(externalId="crm-7")
    rows.customer(externalId="x-crm-7")
    found = search.find(Customer.objects.all(), "crm-7", texts=("external_id",), ids=("id",))
    assert list(found) == [wanted]
