"""The pages of batches cost the same number of queries, however many rows they show."""

import pytest

from accounts_app.models import Account, Batch
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.test_queries import cost
from tests.factories import ask

pytestmark = pytest.mark.django_db


def test_a_batch_of_twenty_costs_what_one_of_two_does(approver):
    few = rows.batch([rows.account() for _ in range(2)], approver)
    many = rows.batch([rows.account() for _ in range(20)], approver)
    costs = {cost(approver, address(Batch, "change", batch.pk)) for batch in (few, many)}
    assert len(costs) == 1
    assert costs.pop() <= 12


def test_asking_about_twenty_costs_what_asking_about_two_does(approver):
    asked = [rows.account() for _ in range(20)]
    for account in asked:
        rows.card(account)
        ask("deactivate", account, approver)
    page = address(Account, "batch", "deactivate")
    chosen = [f"of={account.pk}" for account in asked]
    costs = {cost(approver, f"{page}?{'&'.join(some)}") for some in (chosen[:2], chosen)}
    assert len(costs) == 1
    assert costs.pop() <= 12
