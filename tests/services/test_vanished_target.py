"""An account that the provider does not know any more: people end its operation by what is so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app.errors import WrongState
from accounts_app.models import Operation
from accounts_app.services import proof, readback, settling
from tests.factories import ask
from tests.guarded import alter
from tests.services.stuck import a_day_later, confirm, needing_people, propose
from tests.services.test_send import advanced, approved_by

State = Operation.State


@pytest.fixture
def vanished(programme, operator, approver, sandbox) -> Iterator[Operation]:
    """A close whose answer was lost, and whose account the provider has not known since."""
    close = approved_by(approver, ask("close", programme.account(), operator))
    sandbox.faults.add(operation="closeAccount", action="drop_reply", times=1)
    close = advanced(close)
    sandbox.faults.add(operation="getAccount", action="status", code=404, times=None)
    close = a_day_later(close)
    with time_machine.travel(timezone.now() + timedelta(hours=25, minutes=11), tick=True):
        yield close


def now(operation: Operation) -> Operation:
    """Return the operation as it is now."""
    return Operation.objects.get(pk=operation.pk)


def test_what_the_look_showed_is_kept(vanished):
    assert (vanished.evidence["known"], proof.is_gone(vanished)) == (False, True)
    assert "does not know this account" in vanished.outcome


@pytest.mark.parametrize("verdict", ["succeeded", "not_applied"])
def test_o11_two_people_end_it_by_the_providers_word(vanished, operator, approver, verdict):
    confirm(propose(vanished, verdict, operator), approver)
    ended = now(vanished)
    assert ended.state == verdict
    assert ended.evidence["provider"]["known"] is False


def test_an_account_that_is_back_refutes_that_it_was_closed(vanished, operator, approver, sandbox):
    proposal = propose(vanished, "succeeded", operator)
    sandbox.faults.clear()
    sandbox.world.change("account", str(vanished.account_id), "active")
    with pytest.raises(WrongState, match="does not show the effect: the account is active"):
        confirm(proposal, approver)
    assert now(vanished).state == State.NEEDS_HUMAN


def test_a_vanished_account_does_not_prove_a_deactivation(programme, operator, sandbox):
    stuck = needing_people(programme, operator)
    sandbox.faults.add(operation="getAccount", action="status", code=404, times=None)
    with time_machine.travel(timezone.now() + timedelta(hours=26), tick=True):
        proof.look_again(stuck, person=operator)
        with pytest.raises(WrongState, match="it does not know this account"):
            propose(now(stuck), "succeeded", operator)


def later(**time: float) -> time_machine.travel:
    """Be there so much later."""
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def test_one_missing_answer_does_not_prove_that_it_is_gone(programme, operator, approver, sandbox):
    close = approved_by(approver, ask("close", programme.account(), operator))
    sandbox.faults.add(operation="closeAccount", action="kill_before", times=9)
    close = a_day_later(advanced(close))
    with later(hours=26):
        sandbox.faults.add(operation="getAccount", action="status", code=404, times=None)
        proof.look_again(close, person=operator)
        close = now(close)
        with pytest.raises(WrongState, match="its reads may lag"):
            propose(close, "succeeded", operator)
    with later(hours=26, minutes=9):
        proof.look_again(close, person=operator)
    with later(hours=26, minutes=11):
        assert propose(now(close), "succeeded", operator).state == "proposed"


def test_a_read_that_lags_at_the_last_moment_ends_nothing(programme, operator, approver, sandbox):
    stuck = needing_people(programme, operator)
    finding = readback.Finding(readback.Verdict.UNSEEN, "", evidence={"known": False})
    alter(Operation.objects.filter(pk=stuck.pk), kind="close")
    with pytest.raises(WrongState, match="was not seen so before"):
        proof.refuse_unless_shown(now(stuck), "succeeded", None, finding)


def test_a_look_that_shows_it_again_is_kept_as_well(vanished, operator, sandbox):
    sandbox.faults.clear()
    proof.look_again(vanished, person=operator)
    assert not proof.is_gone(now(vanished))


def test_the_ends_that_can_be_proposed_are_those_that_the_proof_takes(vanished):
    assert [proof.obstacle(vanished, verdict) for verdict in ("succeeded", "not_applied")] == [
        "",
        "",
    ]


def test_the_machine_alone_never_ends_it(vanished):
    settling.settle(vanished)
    assert now(vanished).state == State.NEEDS_HUMAN
