"""Two people, or two findings, in the same second: one of them counts."""

import pytest

from accounts_app import audit, discrepancies
from accounts_app.models import Account, AuditEntry, Discrepancy, Operation, Resolution
from accounts_app.services import resolutions
from tests.faults.together import at_once, refused
from tests.services.stuck import (
    confirm,
    contradicted,
    needing_people,
    person,
    propose,
    provider_says,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def stuck(programme, operator) -> Operation:
    """An operation that two people have to end."""
    return needing_people(programme, operator)


def test_of_two_deciders_at_once_one_wins(stuck, operator):
    proposal = propose(stuck, "not_applied", operator)
    first, second = person("ann"), person("bob")
    answers = at_once(lambda: confirm(proposal, first), lambda: confirm(proposal, second))
    assert refused(answers) == ["AlreadyMoved"]
    assert AuditEntry.objects.filter(action="resolution.confirmed").count() == 1
    assert AuditEntry.objects.filter(action="deactivate.not_applied").count() == 1


def test_of_a_yes_and_a_no_at_once_one_counts(stuck, operator):
    proposal = propose(stuck, "not_applied", operator)
    first, second = person("ann"), person("bob")
    answers = at_once(
        lambda: confirm(proposal, first),
        lambda: resolutions.reject(proposal.pk, decider=second, note="No"),
    )
    assert refused(answers) == ["AlreadyMoved"]
    is_ended = Operation.objects.get().state == Operation.State.NOT_APPLIED
    assert is_ended == (Resolution.objects.get().state == "confirmed")


def test_of_two_proposals_at_once_one_stands(stuck):
    first, second = person("ann"), person("bob")
    answers = at_once(
        lambda: propose(stuck, "not_applied", first), lambda: propose(stuck, "not_applied", second)
    )
    assert refused(answers) == ["AlreadyMoved"]
    assert Resolution.objects.count() == 1


def test_a_word_is_taken_once(programme, operator):
    proposal = propose(contradicted(programme), "follow", operator)
    first, second = person("ann"), person("bob")
    answers = at_once(lambda: confirm(proposal, first), lambda: confirm(proposal, second))
    assert len(refused(answers)) == 1
    assert Account.objects.get().status == "active"


def test_a_decision_and_a_reading_of_the_same_account_do_not_lock_each_other_out(
    programme, operator
):
    found = contradicted(programme)
    proposal, decider = propose(found, "keep", operator), person("ann")
    account = Account.objects.get()
    at_once(
        lambda: confirm(proposal, decider),
        lambda: provider_says(programme, account, "active"),
        lambda: provider_says(programme, account, "active"),
    )
    assert Account.objects.get().status == "closed"
    assert audit.verify() is None


def test_one_fact_found_at_once_is_one_discrepancy(programme):
    account = programme.account()
    fact = ("account", account.pk, "existence", "active", "unknown")
    at_once(*[lambda: discrepancies.open(*fact)] * 4)
    assert Discrepancy.objects.count() == 1
    assert AuditEntry.objects.filter(action="discrepancy.opened").count() == 1
