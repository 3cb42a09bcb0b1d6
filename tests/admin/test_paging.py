"""Lists are paged by number near their start and from row to row anywhere, at one cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.admin import keyset
from accounts_app.models import Account, Discrepancy, WebhookEvent
from tests.admin import many, rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


def shown(client, query=""):
    """Return the list of events as its page shows it."""
    answer = client.get(address(WebhookEvent, "changelist") + query)
    assert answer.status_code == 200, answer
    return answer.context["cl"]


def numbers(listed):
    """Return the numbers of the rows on a page."""
    return [row.pk for row in listed.result_list]


def cost(client, query=""):
    """Return how many queries a page of the list takes."""
    shown(client, query)
    with CaptureQueriesContext(connection) as captured:
        shown(client, query)
    return len(captured)


def test_ten_thousand_rows_cost_what_ten_do_at_the_start_in_the_depth_and_at_the_end(operator):
    client = signed_in(operator)
    many.events(10)
    few = cost(client), cost(client, "?before="), cost(client, f"?after={_last()}")
    many.events(10_050, first=11)
    assert (cost(client), cost(client, "?before="), cost(client, f"?after={_last()}")) == few
    first = shown(client)
    assert first.counted == "10\u202f000+"
    assert first.next_link == "?p=2"
    page = text_of(client.get(address(WebhookEvent, "changelist")))
    assert "Last page 10 000+ webhook events" in page
    _walk_over_the_edge(client)


def _last():
    return WebhookEvent.objects.order_by("pk").first().pk


def _walk_over_the_edge(client):
    """Go on where the numbered pages end, to the very end, and back again."""
    edge = shown(client, "?p=200")
    beyond = shown(client, edge.next_link)
    assert numbers(beyond)[0] == numbers(edge)[-1] - 1
    end = shown(client, beyond.next_link)
    assert (len(end.result_list), end.next_link) == (10, None)
    assert numbers(shown(client, end.previous_link)) == numbers(beyond)
    assert numbers(shown(client, beyond.previous_link)) == numbers(edge)
    last = shown(client, shown(client).last_link)
    assert numbers(last)[-1] == _last()


def test_no_count_goes_on_without_end(operator):
    many.events(60)
    with CaptureQueriesContext(connection) as captured:
        shown(signed_in(operator))
    counts = [one["sql"] for one in captured if one["sql"].startswith("SELECT COUNT(")]
    assert counts
    assert all("LIMIT 10001" in sql for sql in counts), counts


@pytest.mark.parametrize("order", ["o=2.1", "o=-6", "q=account", "state__exact=done"])
def test_going_on_keeps_filter_search_and_order(operator, order):
    many.events(120)
    client = signed_in(operator)
    whole = list(shown(client, f"?{order}&all=").result_list)
    onward = shown(client, f"?{order}&after={whole[49].pk}") if whole else None
    assert whole == [] or numbers(onward) == [row.pk for row in whole[50:100]]


@pytest.mark.parametrize("order", ["resolved_at", "-resolved_at"])
def test_rows_without_a_value_keep_their_place(order, operator):
    found = [rows.contradiction(rows.account(status="closed")) for _ in range(4)]
    Discrepancy.objects.filter(pk__in=[found[1].pk, found[2].pk]).update(
        resolved_at="2026-01-01T00:00Z"
    )
    whole = list(Discrepancy.objects.order_by(order, "pk"))
    for place, row in enumerate(whole):
        ordered = Discrepancy.objects.order_by(order, "pk")
        keys = keyset.keys_of(ordered)
        assert list(keyset.behind(ordered, keys, row.pk)) == whole[place + 1 :]
        assert list(keyset.before(ordered, keys, row.pk)) == whole[:place][::-1]


def test_an_order_by_the_customer_goes_on_too(viewer):
    accounts = [rows.account(rows.customer(externalId=f"crm-{n}")) for n in (3, 1, 2)]
    ordered = Account.objects.order_by("customer__external_id", "-pk")
    keys = keyset.keys_of(ordered)
    assert list(keyset.behind(ordered, keys, accounts[1].pk)) == [accounts[2], accounts[0]]


@pytest.mark.parametrize("turned", [False, True])
def test_an_order_by_a_column_of_few_values_goes_on_from_any_row(turned):
    for number, status in enumerate(("closed", "active", "closed", "active", "inactive")):
        rows.account(status=status, createdAt=f"2026-03-0{number // 2 + 1}T09:00:00.000000Z")
    terms = ("-status", "created_at", "-id") if turned else ("status", "-created_at", "id")
    ordered = Account.objects.order_by(*terms)
    keys, whole = keyset.keys_of(ordered), list(ordered)
    for place, row in enumerate(whole):
        assert keyset.read(ordered, keys, row.pk, 2) == whole[place + 1 : place + 3]
        nearest = whole[max(0, place - 2) : place][::-1]
        assert keyset.read_back(ordered, keys, row.pk, 2) == nearest


def test_rows_of_one_state_are_gone_on_in_without_those_before():
    accounts = [rows.account() for _ in range(3)]
    ordered = Account.objects.order_by("status", "-created_at", "id")
    with CaptureQueriesContext(connection) as captured:
        keyset.read(ordered, keyset.keys_of(ordered), accounts[0].pk, 1)
    level = captured[1]["sql"].partition("WHERE")[2]
    assert " = 'active'" in level
    assert ">= 'active'" not in level


@pytest.mark.parametrize(("place", "status"), [("4711", 404), ("x", 400), ("-", 400)])
def test_a_place_that_is_none_is_refused(operator, place, status):
    many.events(1)
    page = address(WebhookEvent, "changelist")
    assert signed_in(operator).get(f"{page}?after={place}").status_code == status
