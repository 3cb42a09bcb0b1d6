"""Two people end what no machine can: one proposes with evidence, another confirms exactly that."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts_app import audit, work
from accounts_app.errors import (
    AlreadyMoved,
    Contradicted,
    Incomplete,
    NotPermitted,
    Refusal,
    SameEyes,
    StaleView,
    WrongState,
)
from accounts_app.models import (
    Account,
    AuditEntry,
    Job,
    Operation,
    Reconciliation,
    Resolution,
    Source,
)
from accounts_app.services import refresh, resolutions, subjects
from tests.factories import ask
from tests.guarded import alter
from tests.services.stuck import (
    EVIDENCE,
    confirm,
    made_by,
    needing_people,
    one_of_several,
    person,
    propose,
    provider_says,
)
from tests.services.test_send import advanced

State = Operation.State


@pytest.fixture
def stuck(programme, operator) -> Operation:
    """A deactivation that was sent, never arrived, and stayed without proof for a day."""
    return needing_people(programme, operator)


@pytest.fixture
def proposal(stuck, operator) -> Resolution:
    """The operator proposes that it did not take effect."""
    return propose(stuck, "not_applied", operator)


def now(operation) -> Operation:
    """Return the operation as it is now."""
    return Operation.objects.get(pk=operation.pk)


def test_two_people_end_what_did_not_take_effect(stuck, proposal, approver):
    confirm(proposal, approver, note="Asked them as well")
    ended = now(stuck)
    assert (ended.state, ended.is_open) == (State.NOT_APPLIED, False)
    assert "operator and approver" in ended.outcome
    assert EVIDENCE in ended.outcome


def test_two_people_end_what_the_provider_shows_at_last(stuck, programme, operator, approver):
    provider_says(programme, stuck.account, "inactive")
    confirm(propose(now(stuck), "succeeded", operator), approver)
    assert (now(stuck).state, now(stuck).status_after) == (State.SUCCEEDED, "inactive")


def test_the_evidence_is_kept_with_the_operation(stuck, proposal, approver):
    confirm(proposal, approver)
    evidence = now(stuck).evidence
    assert (evidence["proof"], evidence["words"]) == ("two people", EVIDENCE)
    assert evidence["people"] == ["operator", "approver"]
    assert evidence["provider"]["status"] == "active"


def test_the_account_is_free_again(stuck, proposal, approver, operator):
    confirm(proposal, approver)
    stuck.account.refresh_from_db()
    again = advanced(ask("deactivate", stuck.account, operator))
    assert (again.state, again.earlier) == (State.SUCCEEDED, stuck)


def test_a_proposal_alone_ends_nothing(stuck, proposal):
    assert now(stuck).state == State.NEEDS_HUMAN


# H6: nobody decides their own proposal, at whichever door they try.


def test_h06_the_proposer_cannot_confirm(stuck, approver):
    own = propose(stuck, "not_applied", approver)
    with pytest.raises(SameEyes):
        confirm(own, approver)


def test_h06_the_proposer_cannot_reject_either(stuck, approver):
    own = propose(stuck, "not_applied", approver)
    with pytest.raises(SameEyes):
        resolutions.reject(own.pk, decider=approver, note="Changed my mind")


def test_h06_one_person_with_two_logins_is_one_person(stuck):
    proposal = propose(stuck, "not_applied", person("ann", email="ann@example.org"))
    with pytest.raises(SameEyes):
        confirm(proposal, person("ann-admin", email="Ann@Example.org"))


def test_h06_the_database_refuses_the_proposer(proposal, operator):
    with pytest.raises(IntegrityError, match="proposer_is_not_decider"), transaction.atomic():
        Resolution.objects.filter(pk=proposal.pk).update(decider=operator, decider_subject="x")


def test_h06_the_database_refuses_one_person_with_two_logins(proposal, approver):
    same = {"decider": approver, "decider_subject": proposal.proposer_subject}
    with pytest.raises(IntegrityError, match="proposer_is_not_decider"), transaction.atomic():
        Resolution.objects.filter(pk=proposal.pk).update(**same)


def test_the_database_refuses_a_decision_of_nobody(proposal):
    with pytest.raises(IntegrityError, match="no_resolution_without"), transaction.atomic():
        Resolution.objects.filter(pk=proposal.pk).update(state="confirmed")


def test_the_database_refuses_a_second_open_proposal(proposal, approver):
    twin = Resolution.objects.get(pk=proposal.pk)
    twin.pk, twin.form_number = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


# Who may do what.


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_may_not_propose_is_refused(stuck, role, request):
    with pytest.raises(NotPermitted):
        propose(stuck, "not_applied", request.getfixturevalue(role))


@pytest.mark.parametrize("role", ["viewer", "operator", "auditor"])
def test_who_may_not_confirm_is_refused(proposal, role):
    with pytest.raises(NotPermitted):
        confirm(proposal, person("colleague", role))


def test_who_may_not_confirm_may_not_reject(proposal):
    with pytest.raises(NotPermitted):
        resolutions.reject(proposal.pk, decider=person("colleague", "operator"), note="No")


def test_the_proposer_withdraws(stuck, proposal, operator):
    withdrawn = resolutions.withdraw(proposal.pk, proposer=operator)
    assert (withdrawn.state, now(stuck).state) == ("withdrawn", State.NEEDS_HUMAN)


def test_nobody_else_withdraws(proposal, approver):
    with pytest.raises(NotPermitted):
        resolutions.withdraw(proposal.pk, proposer=approver)


def test_what_is_decided_is_not_withdrawn(proposal, operator, approver):
    confirm(proposal, approver)
    with pytest.raises(AlreadyMoved):
        resolutions.withdraw(proposal.pk, proposer=operator)


def test_a_proposer_who_lost_the_role_proposes_nothing_any_more(proposal, operator, approver):
    operator.groups.clear()
    with pytest.raises(StaleView, match="no longer has the right"):
        confirm(proposal, approver)


# What a proposal needs.


def test_a_proposal_needs_evidence(stuck, operator):
    with pytest.raises(Incomplete) as refusal:
        propose(stuck, "not_applied", operator, evidence="  ")
    assert refusal.value.details["field"] == "evidence"


@pytest.mark.parametrize("verdict", ["follow", "apply", "whatever"])
def test_only_an_end_that_fits_can_be_proposed(stuck, operator, verdict):
    with pytest.raises(Incomplete) as refusal:
        propose(stuck, verdict, operator)
    assert refusal.value.details["field"] == "verdict"


def test_what_does_not_wait_for_people_is_not_theirs_to_end(programme, operator):
    operation = ask("close", programme.account(), operator)
    with pytest.raises(AlreadyMoved):
        propose(operation, "not_applied", operator)


def test_there_is_one_open_proposal(proposal, stuck, approver):
    with pytest.raises(AlreadyMoved, match="operator already proposed an end") as refusal:
        propose(stuck, "not_applied", approver)
    assert refusal.value.details["resolution"] == proposal


def test_after_a_rejection_another_can_be_made(proposal, stuck, operator, approver):
    resolutions.reject(proposal.pk, decider=approver, note="No ticket of that number")
    assert propose(stuck, "not_applied", operator).state == "proposed"


def test_a_rejection_says_why(proposal, approver):
    with pytest.raises(Incomplete):
        resolutions.reject(proposal.pk, decider=approver, note=" ")


def test_the_same_form_proposes_once(stuck, operator):
    number = uuid.uuid4()
    first = propose(stuck, "not_applied", operator, form_number=number)
    assert propose(stuck, "not_applied", operator, form_number=number) == first


def test_a_form_used_for_something_else_is_refused(stuck, programme, operator):
    number = propose(stuck, "not_applied", operator).form_number
    with pytest.raises(StaleView):
        propose(needing_people(programme, operator), "not_applied", operator, form_number=number)


def test_a_page_that_shows_what_is_no_longer_so_proposes_nothing(stuck, programme, operator):
    seen = subjects.seen_digest(stuck)
    provider_says(programme, stuck.account, "inactive")
    with pytest.raises(StaleView):
        propose(now(stuck), "succeeded", operator, seen=seen)


# I7 and I8: nothing is recorded that the provider's own answers speak against.


def test_what_the_provider_does_not_show_is_not_proposed_as_done(stuck, operator):
    with pytest.raises(WrongState, match="does not show the effect: the account is active"):
        propose(stuck, "succeeded", operator)


def test_what_the_provider_shows_is_not_proposed_as_not_applied(stuck, programme, operator):
    provider_says(programme, stuck.account, "inactive")
    with pytest.raises(WrongState, match="shows the effect"):
        propose(now(stuck), "not_applied", operator)


def test_o19_what_may_still_arrive_is_not_proposed_as_not_applied(stuck, operator):
    Operation.objects.filter(pk=stuck.pk).update(last_sent_at=timezone.now())
    with pytest.raises(WrongState, match="may still arrive"):
        propose(now(stuck), "not_applied", operator)


def test_a_customer_the_provider_does_not_show_has_no_new_account(
    programme, operator, approver, sandbox
):
    operation = one_of_several(programme, operator)
    picked = made_by(programme, operation)
    refresh.account(picked, source=Source.WEBHOOK)
    proposal = propose(operation, "succeeded", operator, made_id=picked)
    sandbox.faults.add(operation="listCustomerAccounts", action="status", code=404, times=None)
    with pytest.raises(WrongState, match="shows no new account"):
        confirm(proposal, approver)


def test_the_provider_is_read_anew_before_a_proposal_is_confirmed(
    proposal, stuck, approver, sandbox
):
    sandbox.world.change("account", str(stuck.account_id), "inactive")
    with pytest.raises(WrongState, match="shows the effect"):
        confirm(proposal, approver)
    assert now(stuck).state == State.NEEDS_HUMAN


def test_an_effect_that_is_gone_again_is_not_confirmed_unseen(stuck, programme, operator, approver):
    provider_says(programme, stuck.account, "inactive")
    proposal = propose(now(stuck), "succeeded", operator)
    programme.sandbox.world.change("account", str(stuck.account_id), "active")
    with pytest.raises(StaleView, match="has changed since it was proposed"):
        confirm(proposal, approver)


def test_h11_an_effect_seen_and_undone_by_the_provider_still_took_place(
    stuck, programme, operator, approver
):
    """H11: the provider undid it; an answer that shows it is on record all the same."""
    provider_says(programme, stuck.account, "inactive")
    provider_says(programme, stuck.account, "active")
    confirm(propose(now(stuck), "succeeded", operator), approver)
    assert now(stuck).state == State.SUCCEEDED


def test_h11_an_effect_seen_and_undone_is_not_proposed_as_not_applied(stuck, programme, operator):
    provider_says(programme, stuck.account, "inactive")
    provider_says(programme, stuck.account, "active")
    with pytest.raises(WrongState, match="has shown the effect since it was sent"):
        propose(now(stuck), "not_applied", operator)


def test_a_provider_out_of_reach_decides_nothing(proposal, stuck, approver, settings):
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(Refusal, match="could not be read, so nothing was decided"):
        confirm(proposal, approver)
    assert now(stuck).state == State.NEEDS_HUMAN
    assert Resolution.objects.get().state == "proposed"


def test_an_account_the_provider_hides_shows_nothing(stuck, programme, operator, approver, sandbox):
    provider_says(programme, stuck.account, "inactive")
    proposal = propose(now(stuck), "succeeded", operator)
    sandbox.faults.add(operation="getAccount", action="status", code=404)
    # What it showed before is on record, and proof enough.
    assert confirm(proposal, approver).state == "confirmed"


def test_while_the_provider_contradicts_itself_nothing_is_decided(
    stuck, programme, operator, approver
):
    provider_says(programme, stuck.account, "closed")
    provider_says(programme, stuck.account, "active")
    proposal = propose(now(stuck), "not_applied", operator)
    with pytest.raises(Contradicted, match="end that discrepancy first"):
        confirm(proposal, approver)


def test_another_digest_is_not_the_proposal_that_was_shown(proposal, approver):
    with pytest.raises(StaleView, match="not the proposal you were shown"):
        confirm(proposal, approver, digest="0" * 64)


def test_words_changed_behind_the_page_void_the_proposal(proposal, approver):
    alter(Resolution.objects.filter(pk=proposal.pk), evidence="tampered")
    with pytest.raises(StaleView):
        confirm(proposal, approver)


def test_a_decision_is_made_once(proposal, approver):
    confirm(proposal, approver)
    with pytest.raises(AlreadyMoved):
        confirm(proposal, approver)


# O19: of several new accounts people pick the one that the creation made.


@pytest.fixture
def several(programme, operator) -> Operation:
    """A creation that made one of two new accounts."""
    return one_of_several(programme, operator)


def test_o19_people_pick_the_account_that_a_creation_made(several, programme, operator, approver):
    picked = made_by(programme, several)
    confirm(propose(several, "succeeded", operator, made_id=picked), approver)
    assert (now(several).state, now(several).account_id) == (State.SUCCEEDED, picked)
    assert now(several).status_after == Account.objects.get(pk=picked).status


@pytest.mark.parametrize("picked", [None, uuid.uuid4()])
def test_o19_the_account_has_to_be_one_of_those_it_can_be(several, operator, picked):
    with pytest.raises(Incomplete) as refusal:
        propose(several, "succeeded", operator, made_id=picked)
    assert refusal.value.details["field"] == "made_id"


def test_o19_an_account_of_another_customer_is_none_of_them(several, programme, operator):
    other = programme.account("initiating")
    with pytest.raises(Incomplete):
        propose(several, "succeeded", operator, made_id=other.pk)


def test_o19_an_account_known_before_is_none_of_them(programme, operator):
    customer = programme.customer()
    known = programme.account("active", customer=customer)
    several = one_of_several(programme, operator)
    with pytest.raises(Incomplete):
        propose(several, "succeeded", operator, made_id=known.pk)


def test_o19_an_account_that_another_operation_opened_is_none_of_them(several, programme, operator):
    other = needing_people(programme, operator)
    picked = made_by(programme, several)
    alter(
        Operation.objects.filter(pk=other.pk),
        kind="create_account",
        customer=several.customer,
        account=picked,
    )
    with pytest.raises(Incomplete):
        propose(several, "succeeded", operator, made_id=picked)


def test_o19_a_creation_with_candidates_is_not_recorded_as_not_applied(several, operator):
    with pytest.raises(WrongState, match="new accounts that could be"):
        propose(several, "not_applied", operator)


def test_o19_one_more_candidate_voids_the_proposal(several, programme, operator, approver, sandbox):
    picked = made_by(programme, several)
    proposal = propose(several, "succeeded", operator, made_id=picked)
    sandbox.world.add_account(str(several.customer_id), status="initiating")
    with pytest.raises(StaleView):
        confirm(proposal, approver)


def test_a_creation_without_a_trace_ends_as_not_applied(programme, operator, approver):
    operation = needing_people(programme, operator, "create_account")
    confirm(propose(operation, "not_applied", operator), approver)
    assert now(operation).state == State.NOT_APPLIED


# I18 and I19: one entry per human decision, one outcome, each with its change.


def test_every_decision_and_the_outcome_are_recorded_once(stuck, proposal, approver):
    confirm(proposal, approver, note="Asked them as well")
    entries = AuditEntry.objects.filter(operation=stuck, sequence__gt=0).order_by("sequence")
    told = [(entry.action, entry.actor_name) for entry in entries][-3:]
    assert told == [
        ("resolution.proposed", "operator"),
        ("resolution.confirmed", "approver"),
        ("deactivate.not_applied", "approver"),
    ]
    assert audit.verify() is None


def test_a_refused_decision_records_nothing(proposal, approver):
    before = AuditEntry.objects.count()
    with pytest.raises(StaleView):
        confirm(proposal, approver, digest="0" * 64)
    assert AuditEntry.objects.count() == before


def test_a_withdrawal_is_recorded(proposal, operator):
    resolutions.withdraw(proposal.pk, proposer=operator)
    assert AuditEntry.objects.get(action="resolution.withdrawn").actor == operator


# A held comparison: what was decided is recorded; applying it is the comparison's own work.


@pytest.fixture
def held(operator) -> Reconciliation:
    """A comparison that waits for two people."""
    return Reconciliation.objects.create(
        trigger="staff",
        starter=operator,
        state="held",
        started_at="2026-03-01T09:00:00Z",
        digest="d" * 64,
        why_held="40 of 100 accounts would change.",
    )


@pytest.mark.parametrize("verdict", ["apply", "discard"])
def test_a_held_comparison_is_released_by_two_people(held, operator, approver, verdict):
    confirmed = confirm(propose(held, verdict, operator), approver)
    assert (confirmed.state, confirmed.verdict) == ("confirmed", verdict)
    assert Job.objects.get(name="decisions").next_at <= timezone.now()
    work.run_due()
    assert (
        Reconciliation.objects.get().state == {"apply": "applied", "discard": "discarded"}[verdict]
    )


def test_a_plan_that_changed_is_not_released(held, operator, approver):
    proposal = propose(held, "apply", operator)
    Reconciliation.objects.filter(pk=held.pk).update(digest="e" * 64)
    with pytest.raises(StaleView):
        confirm(proposal, approver)
