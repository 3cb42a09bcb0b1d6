"""A list is ordered by one column that its person may order by; both ways round are one index."""

import pytest

from accounts_app.models import Account, WebhookEvent
from tests.admin import many, rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db


def shown(person, model, *columns: str):
    """Return the list ordered by these columns, the first one clicked last."""
    client, page = signed_in(person), address(model, "changelist")
    places = client.get(page).context["cl"].list_display
    chosen = [
        f"{'-' if column.startswith('-') else ''}{places.index(column.lstrip('-'))}"
        for column in columns
    ]
    return client.get(page, {"o": ".".join(chosen)}).context["cl"]


@pytest.fixture
def accounts():
    """Four accounts of two states, made one after the other."""
    return [
        rows.account(status=status, createdAt=f"2026-03-0{day}T09:00:00.000000Z")
        for day, status in enumerate(("closed", "active", "closed", "active"), start=1)
    ]


def test_rows_of_one_state_follow_the_newest_first(accounts, viewer):
    found = list(shown(viewer, Account, "status_badge").result_list)
    assert found == [accounts[place] for place in (3, 1, 2, 0)]


def test_the_other_way_round_everything_is_turned(accounts, viewer):
    found = list(shown(viewer, Account, "-status_badge").result_list)
    assert found == [accounts[place] for place in (0, 2, 1, 3)]


def test_the_column_clicked_last_orders_alone(accounts, viewer):
    listed = shown(viewer, Account, "created", "status_badge")
    assert list(listed.result_list) == accounts
    assert listed.get_ordering_field_columns().keys() == {listed.list_display.index("created")}


def test_nobody_orders_by_what_is_masked_for_them(viewer, operator):
    for number in (3, 1, 2):
        rows.account(rows.customer(externalId=f"crm-{number}"))
    usual = [row.pk for row in shown(viewer, Account).result_list]
    assert [row.pk for row in shown(viewer, Account, "external_id").result_list] == usual
    names = [
        row.customer.external_id for row in shown(operator, Account, "external_id").result_list
    ]
    assert names == ["crm-1", "crm-2", "crm-3"]


def test_nobody_orders_events_by_what_has_no_index(operator):
    many.events(3)
    usual = [row.pk for row in shown(operator, WebhookEvent).result_list]
    assert [row.pk for row in shown(operator, WebhookEvent, "said").result_list] == usual
