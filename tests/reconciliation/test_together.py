"""Several workers in the same instant: one comparison, and each job done by one of them."""

import pytest
from django.db import connection

from accounts_app.models import Reconciliation
from accounts_app.reconciliation import record
from accounts_app.services import comparisons, jobs
from tests.faults.together import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Trigger = Reconciliation.Trigger


def test_of_two_comparisons_started_at_once_one_runs(db):
    answers = at_once(*[lambda: record.start(Trigger.SCHEDULE, None)] * 2)
    assert refused(answers) == ["AlreadyMoved"]
    assert Reconciliation.objects.filter(state="running").count() == 1


def test_one_that_was_asked_for_is_started_by_one_worker(operator):
    comparisons.ask(Trigger.STAFF, person=operator)
    answers = at_once(*[record.start_waiting] * 2)
    started = [answer for answer in answers if isinstance(answer, Reconciliation)]
    assert len(started) == 1
    assert Reconciliation.objects.count() == 1


def test_two_who_ask_at_once_are_led_to_the_same_comparison(operator, approver):
    one, other = at_once(
        lambda: comparisons.ask(Trigger.STAFF, person=operator),
        lambda: comparisons.ask(Trigger.STAFF, person=approver),
    )
    assert one[0] == other[0]
    assert {one[1], other[1]} == {True, False}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="only one can write at a time there")
def test_who_asks_while_anothers_is_just_begun_is_led_there(operator, approver):
    """The other's row waits when ours is inserted, and runs when we look for it."""

    def rival(execute, sql, *rest):
        if not sql.startswith('INSERT INTO "accounts_app_reconciliation"'):
            return execute(sql, *rest)
        at_once(lambda: comparisons.ask(Trigger.STAFF, person=approver))
        try:
            return execute(sql, *rest)
        finally:
            at_once(record.start_waiting)

    with connection.execute_wrapper(rival):
        asked, is_new = comparisons.ask(Trigger.STAFF, person=operator)
    assert (asked.starter, asked.state, is_new) == (approver, "running", False)


def test_a_due_job_is_had_by_one_worker(db):
    jobs.make_due(jobs.SWEEP)
    claims = at_once(*[lambda: jobs.claim(jobs.SWEEP)] * 3)
    assert sum(claim is not None for claim in claims) == 1
