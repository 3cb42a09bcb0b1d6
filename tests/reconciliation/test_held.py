"""A held plan: nothing happens until two people have decided, and then exactly what they saw."""

from uuid import UUID

import pytest

from accounts_app import work
from accounts_app.errors import AlreadyMoved, Incomplete, StaleView
from accounts_app.models import Account, AuditEntry, Discrepancy, Reconciliation
from accounts_app.reconciliation import held
from accounts_app.services import refresh
from accounts_app.services.resolutions import reject
from sandbox.entities import Entity
from tests import mirrored
from tests.reconciliation.far_side import compared, forget, found, unheard
from tests.services.stuck import confirm, propose

pytestmark = pytest.mark.django_db
State = Reconciliation.State


@pytest.fixture
def accounts(programme, settings) -> list[Account]:
    """Three accounts; two differences are too many to be believed."""
    settings.RECONCILE_HOLD_ROWS = 2
    return [programme.account() for _ in range(3)]


@pytest.fixture
def before(accounts, sandbox) -> list[Entity]:
    """The accounts as the provider had them before the plan."""
    return [sandbox.world.entities.find(str(account.pk)) for account in accounts]


@pytest.fixture
def plan(accounts, before, sandbox) -> Reconciliation:
    """A held comparison: the provider says that all accounts are inactive."""
    for account in accounts:
        unheard(sandbox, "account", account.pk, "inactive")
    made = compared()
    assert made.state == State.HELD
    return made


def decide(plan, verdict, operator, approver) -> Reconciliation:
    """Have two people decide, and the worker carry it out."""
    confirm(propose(plan, verdict, operator), approver)
    work.run_due()
    return Reconciliation.objects.get(pk=plan.pk)


def test_what_two_people_agree_to_is_taken_over(plan, operator, approver, sandbox):
    assert decide(plan, "apply", operator, approver).state == State.APPLIED
    assert mirrored.mirror() == mirrored.provider(sandbox)
    assert found(plan) == [("account", "differs", "updated")] * 3


def test_what_two_people_discard_changes_nothing(plan, operator, approver):
    assert decide(plan, "discard", operator, approver).state == State.DISCARDED
    assert not Account.objects.filter(status="inactive").exists()
    assert found(plan) == [("account", "differs", "")] * 3


def test_one_person_alone_releases_nothing(plan, operator):
    propose(plan, "apply", operator)
    work.run_due()
    plan.refresh_from_db()
    assert plan.state == State.HELD
    assert not Account.objects.filter(status="inactive").exists()


def test_what_was_decided_is_not_proposed_about_again(plan, operator, approver):
    confirm(propose(plan, "apply", operator), approver)
    with pytest.raises(AlreadyMoved, match="does not wait for people"):
        propose(plan, "discard", operator)


def test_what_the_mirror_learnt_better_since_is_left_alone(plan, accounts, sandbox):
    sandbox.world.change("account", str(accounts[0].pk), "closed")
    refresh.account(accounts[0].pk, source="webhook")
    held.apply_held(plan)
    assert Account.objects.get(pk=accounts[0].pk).status == "closed"
    assert found(plan).count(("account", "differs", "stale")) == 1


def test_an_account_that_was_only_left_out_of_the_list_stays_as_it_is(
    accounts, sandbox, operator, approver
):
    kept = [sandbox.world.entities.find(str(account.pk)) for account in accounts]
    forget(sandbox, *(account.pk for account in accounts))
    plan = compared()
    sandbox.world.entities.add(kept[0])
    decide(plan, "apply", operator, approver)
    assert found(plan).count(("account", "missing_there", "unchanged")) == 1
    assert found(plan).count(("account", "missing_there", "contradicted")) == 2
    assert Discrepancy.objects.filter(what="existence").count() == 2


def test_a_decision_that_trouble_broke_off_is_carried_out_later(
    accounts, sandbox, operator, approver
):
    forget(sandbox, *(account.pk for account in accounts))
    plan = compared()
    sandbox.faults.add(operation="getAccount", action="status", code=400, times=1)
    assert decide(plan, "apply", operator, approver).state == State.HELD
    held.carry_out_decisions()
    plan.refresh_from_db()
    assert plan.state == State.APPLIED


def test_a_decision_that_trouble_broke_off_holds_no_other_back(
    accounts, before, sandbox, operator, approver
):
    forget(sandbox, *(account.pk for account in accounts))
    first = compared()
    proposals = [propose(first, "apply", operator)]
    sandbox.world.entities.add(before[0])
    second = compared()
    proposals.append(propose(second, "discard", operator))
    for proposal in proposals:
        confirm(proposal, approver)
    sandbox.faults.add(operation="getAccount", action="status", code=400, times=1)
    work.run_due()
    states = Reconciliation.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert list(states.values_list("state", flat=True)) == [State.HELD, State.DISCARDED]


def test_it_is_carried_out_once(plan):
    held.apply_held(plan)
    with pytest.raises(AlreadyMoved):
        held.apply_held(Reconciliation(pk=plan.pk, state=State.HELD))


def test_each_end_is_in_the_audit_once(plan, operator, approver):
    decide(plan, "apply", operator, approver)
    work.run_due()
    acts = AuditEntry.objects.filter(object_kind="reconciliation").order_by("sequence")
    assert list(acts.values_list("action", "actor_name")) == [
        ("comparison.held", "system"),
        ("resolution.proposed", "operator"),
        ("resolution.confirmed", "approver"),
        ("comparison.applied", "system"),
    ]


def test_the_same_plan_is_held_once(plan):
    again = compared()
    assert again.state == State.CHECKED
    assert again.why_held == (
        f"Comparison {plan.pk} holds the same differences and waits for two people."
    )


def test_a_newer_plan_replaces_the_held_one(plan, accounts, sandbox):
    unheard(sandbox, "account", accounts[0].pk, "closed")
    assert compared().state == State.HELD
    plan.refresh_from_db()
    assert plan.state == State.DISCARDED


def test_one_that_a_person_has_proposed_about_is_not_replaced(plan, accounts, sandbox, operator):
    propose(plan, "apply", operator)
    unheard(sandbox, "account", accounts[0].pk, "closed")
    compared()
    plan.refresh_from_db()
    assert plan.state == State.HELD


def put_back(sandbox, before) -> Reconciliation:
    """Let the provider take back what it said, and compare anew."""
    forget(sandbox, *(UUID(entity.id) for entity in before))
    for entity in before:
        sandbox.world.entities.add(entity)
    made = compared()
    assert made.state == State.EQUAL
    return made


def test_what_a_newer_comparison_found_equal_is_not_released(
    plan, before, operator, approver, sandbox
):
    proposal = propose(plan, "apply", operator)
    put_back(sandbox, before)
    with pytest.raises(StaleView, match="has changed since it was proposed"):
        confirm(proposal, approver)
    reject(proposal.pk, decider=approver, note="Equal again.")
    with pytest.raises(Incomplete, match="one of the ends offered"):
        propose(plan, "apply", operator)


def test_what_a_newer_comparison_found_equal_is_not_taken_over(
    plan, before, operator, approver, sandbox
):
    confirm(propose(plan, "apply", operator), approver)
    newer = put_back(sandbox, before)
    work.run_due()
    plan.refresh_from_db()
    assert plan.state == State.DISCARDED
    assert not Account.objects.filter(status="inactive").exists()
    entry = AuditEntry.objects.get(action="comparison.discarded")
    assert entry.result == f"Comparison {newer.pk} has brought both sides together since."


def test_a_held_plan_is_discarded_when_both_sides_are_equal_again(plan, accounts):
    for account in accounts:
        refresh.account(account.pk, source="webhook")
    assert compared().state == State.EQUAL
    plan.refresh_from_db()
    assert plan.state == State.DISCARDED
