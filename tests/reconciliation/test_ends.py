"""How a full comparison ends: equal, taken over, held, not finished; alone, and recorded once."""

import pytest
import time_machine
from django.utils import timezone

from accounts_app import audit
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Account, AuditEntry, Discrepancy, Reconciliation, Snapshot
from accounts_app.reconciliation import record, run
from tests import mirrored
from tests.reconciliation.far_side import compared, forget, found, unheard

pytestmark = pytest.mark.django_db
State = Reconciliation.State


@pytest.fixture
def account(programme) -> Account:
    """An account with its customer, in the mirror as at the provider."""
    return programme.account()


def test_a_plan_that_is_not_believed_is_held_and_changes_nothing(programme, sandbox, settings):
    settings.RECONCILE_HOLD_ROWS = 2
    accounts = [programme.account() for _ in range(3)]
    for account in accounts:
        unheard(sandbox, "account", account.pk, "closed")
    before = mirrored.mirror()
    made = compared()
    assert (made.state, mirrored.mirror()) == (State.HELD, before)
    assert "3 different, where the mirror holds 3" in made.why_held
    assert len(found(made)) == 3


def test_a_list_that_came_back_empty_costs_no_reads_and_is_held(programme, sandbox, settings):
    settings.RECONCILE_HOLD_ROWS = 2
    accounts = [programme.account() for _ in range(3)]
    forget(sandbox, *(account.pk for account in accounts))
    made = compared()
    assert made.state == State.HELD
    assert made.why_held.startswith("The provider lists no accounts at all; the mirror holds 3.")
    assert not Discrepancy.objects.exists()


def test_trouble_with_the_provider_ends_it_as_failed(account, sandbox):
    sandbox.faults.add(action="malformed", operation="listCards", times=None)
    made = compared()
    assert made.state == State.FAILED
    assert made.failure


def test_trouble_with_the_lists_changes_nothing(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")
    sandbox.faults.add(action="malformed", operation="listCards", times=None)
    compared()
    account.refresh_from_db()
    assert account.status == "active"


def dying_after(number: int):
    """Return a progress under which the process dies once so many differences are taken over."""

    def progress(items, name):
        for place, item in enumerate(items):
            if name == "differences" and place == number:
                raise KeyboardInterrupt
            yield item

    return progress


def test_a_crash_in_the_middle_leaves_the_rest_to_the_next(programme, sandbox):
    accounts = [programme.account() for _ in range(3)]
    for account in accounts:
        unheard(sandbox, "account", account.pk, "inactive")
    with pytest.raises(KeyboardInterrupt):
        compared(progress=dying_after(2))
    assert Account.objects.filter(status="inactive").count() == 2
    with time_machine.travel(timezone.now() + record.LEASE, tick=True):
        again = compared()
    assert len(found(again)) == 1
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_trouble_with_the_provider_in_the_middle_leaves_the_rest_to_the_next(programme, sandbox):
    account = programme.account()
    unheard(sandbox, "account", account.pk, "inactive")

    def while_listing(items, name):
        if name == "customers":
            sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
        return items

    # Only a child whose parent was not listed is read while differences are taken over.
    fault = sandbox.faults.add(action="malformed", operation="getAccount", times=1)
    assert compared(progress=while_listing).state == State.FAILED
    account.refresh_from_db()
    assert (fault.met, account.status) == (1, "inactive")
    assert compared().state == State.APPLIED
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_a_comparison_whose_process_is_gone_is_ended_by_the_next(account):
    abandoned = record.start(Reconciliation.Trigger.STAFF, None)
    with time_machine.travel(timezone.now() + record.LEASE, tick=True):
        compared()
    abandoned.refresh_from_db()
    assert abandoned.state == State.FAILED
    assert "is gone" in abandoned.failure


def test_a_comparison_stays_ours_while_long_lists_arrive(account):
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slowly(items, name):
            for item in items:
                clock.shift(record.LEASE * 0.6)
                with pytest.raises(AlreadyMoved):
                    record.start(Reconciliation.Trigger.STAFF, None)
                yield item

        assert compared(progress=slowly).state == State.EQUAL


def test_only_one_runs_at_a_time(account):
    record.start(Reconciliation.Trigger.STAFF, None)
    with pytest.raises(AlreadyMoved, match="Another comparison is running"):
        compared()


def test_one_that_was_taken_for_dead_takes_nothing_over(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")

    def sleeping(items, name):
        if name == "differences":
            Reconciliation.objects.update(state=State.FAILED)
        return items

    with pytest.raises(AlreadyMoved):
        run.run(Reconciliation.Trigger.SCHEDULE, progress=sleeping)
    account.refresh_from_db()
    assert account.status == "active"


def test_every_comparison_with_differences_is_in_the_audit_once(account, sandbox, operator):
    unheard(sandbox, "account", account.pk, "inactive")
    made = compared(starter=operator)
    entry = AuditEntry.objects.get(object_kind="reconciliation")
    assert (entry.action, entry.actor, entry.object_id) == (
        "comparison.applied",
        operator,
        str(made.pk),
    )
    assert entry.result == "1 difference found and taken over."
    assert audit.verify() is None


def test_what_was_not_taken_over_is_not_told_as_such(account, sandbox, programme):
    closed = programme.account("closed")
    unheard(sandbox, "account", account.pk, "inactive")
    unheard(sandbox, "account", closed.pk, "active")
    compared()
    entry = AuditEntry.objects.get(action="comparison.applied")
    assert entry.result == "2 differences found and 1 taken over."


def test_a_comparison_that_found_nothing_leaves_no_entry(account):
    compared()
    assert not AuditEntry.objects.filter(object_kind="reconciliation").exists()


def test_running_it_again_and_again_changes_nothing(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")
    compared()
    number = Snapshot.objects.count()
    for _ in range(3):
        compared()
    assert Snapshot.objects.count() == number
