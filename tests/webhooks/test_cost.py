"""What a delivery costs the database: a flood of them must not cost more than it has to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.deliveries import changed, event

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ACCEPTED = {
    "new": [event()],
    "a duplicate": [event(), event()],
    "another body under the same id": [event(), changed(event(), status="closed")],
    "a payment": [event(webhookType="transaction.updated", accountId=None)],
}


@pytest.mark.parametrize("bodies", ACCEPTED.values(), ids=ACCEPTED)
def test_an_accepted_delivery_costs_one_statement(intake, bodies):
    for body in bodies:
        with CaptureQueriesContext(connection) as captured:
            assert intake.post(body).status_code == 200
    assert len(captured) == 1, [query["sql"] for query in captured]


def test_a_refused_delivery_costs_the_one_statement_that_counts_it(intake):
    intake.post(event(), {})
    with CaptureQueriesContext(connection) as captured:
        intake.post(event(), {})
    assert len(captured) == 1, [query["sql"] for query in captured]
