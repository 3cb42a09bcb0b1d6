"""A page costs the same number of queries, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.models import (
    Account,
    AuditEntry,
    Batch,
    Card,
    Customer,
    Discrepancy,
    Drift,
    Operation,
    Pause,
    Reconciliation,
    Resolution,
    Snapshot,
    WebhookEvent,
)
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
COMPARED = (Reconciliation, Drift)
LISTS = (
    *(Customer, Account, Card, Operation, Batch, Snapshot, Discrepancy, Resolution),
    *(Pause, WebhookEvent, AuditEntry),
)


def cost(person, page):
    """Return the number of queries of a page, once what is kept for good is kept."""
    client = signed_in(person)
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def fill(number, maker):
    """Add so many rows to every list."""
    for _ in range(number):
        account = rows.account()
        rows.card(account)
        rows.operations(account, maker, 1)
        rows.pause(maker)
        rows.batch([rows.account(), rows.card(rows.account()).account], maker)
        rows.comparison(account, event=rows.event(account))
        rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", maker)


@pytest.mark.parametrize("model", [*LISTS, *COMPARED], ids=lambda model: model.__name__)
def test_a_list_of_thirty_costs_what_a_list_of_three_does(model, all_roles, operator):
    page = address(model, "changelist")
    fill(3, operator)
    few = cost(all_roles, page)
    fill(27, operator)
    assert cost(all_roles, page) == few <= 12


def test_an_account_with_twelve_of_everything_costs_what_one_with_one_does(approver):
    account = rows.account()
    page = address(Account, "change", account.pk)
    rows.card(account)
    rows.operations(account, approver, 1)
    few = cost(approver, page)
    for _ in range(11):
        rows.card(account)
    rows.operations(account, approver, 11)
    assert cost(approver, page) == few <= 24


def test_a_customer_with_twelve_accounts_costs_what_one_with_one_does(approver):
    customer = rows.customer()
    page = address(Customer, "change", customer.pk)
    rows.operations(rows.account(customer), approver, 1)
    few = cost(approver, page)
    for _ in range(11):
        rows.operations(rows.account(customer), approver, 1)
    assert cost(approver, page) == few <= 19
