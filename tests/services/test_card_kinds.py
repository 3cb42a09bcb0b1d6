"""One card alone: deactivated, brought back, terminated, whatever becomes of the answer."""

import pytest

from accounts_app.errors import Incomplete, OperationOpen, StaleView, WrongState
from accounts_app.models import Card, Operation
from accounts_app.services.catalogue import KINDS
from tests.factories import Programme, ask
from tests.services.test_send import advanced, approved_by, effects, when_due
from tests.services.test_settle import after_the_window

State = Operation.State
# kind -> the status it starts in, the status it leads to, and the provider's name of it
CARD_KINDS = {
    "deactivate_card": ("active", "inactive", "deactivateCard"),
    "reactivate_card": ("inactive", "active", "activateCard"),
    "terminate_card": ("active", "terminated", "terminateCard"),
}
each = pytest.mark.parametrize("kind", CARD_KINDS)


def card_for(programme: Programme, kind: str) -> Card:
    """Return a card in the state in which this kind starts."""
    return programme.card(programme.account(), CARD_KINDS[kind][0])


def asked(kind: str, card: Card, operator, approver) -> Operation:
    """Ask, and have a second person agree where it takes two."""
    operation = ask(kind, card, operator)
    return approved_by(approver, operation) if operation.needs_checker else operation


@each
def test_it_is_done_when_the_provider_shows_it(programme, operator, approver, kind):
    card = card_for(programme, kind)
    operation = advanced(asked(kind, card, operator, approver))
    card.refresh_from_db()
    assert (operation.state, card.status) == (State.SUCCEEDED, CARD_KINDS[kind][1])


@each
def test_a_lost_answer_is_one_change(programme, operator, approver, sandbox, kind):
    card = card_for(programme, kind)
    sandbox.faults.add(operation=CARD_KINDS[kind][2], action="drop_reply", times=1)
    operation = when_due(advanced(asked(kind, card, operator, approver)))
    assert (operation.state, len(effects(sandbox, operation))) == (State.SUCCEEDED, 1)


def test_what_never_arrived_is_not_applied(programme, operator, approver, sandbox):
    sandbox.faults.add(operation="deactivateCard", action="kill_before", times=1)
    operation = advanced(ask("deactivate_card", card_for(programme, "deactivate_card"), operator))
    assert when_due(after_the_window(operation)).state == State.NOT_APPLIED


def test_a_refusal_fails_with_its_reason(programme, operator, sandbox):
    card = card_for(programme, "deactivate_card")
    operation = ask("deactivate_card", card, operator)
    sandbox.world.change("card", str(card.pk), "blocked")
    operation = advanced(operation)
    card.refresh_from_db()
    assert (operation.state, card.status) == (State.FAILED, "blocked")


@pytest.mark.parametrize("kind", ["reactivate_card", "terminate_card"])
def test_a_card_that_moved_on_is_not_touched(programme, operator, approver, sandbox, kind):
    card = card_for(programme, kind)
    operation = asked(kind, card, operator, approver)
    sandbox.world.change("card", str(card.pk), "suspended")
    operation = advanced(operation)
    assert (operation.state, operation.attempts_made) == (State.STALE, 0)
    assert operation.outcome == "Not sent: the card is now suspended."


def test_two_people_bring_back_and_terminate_and_one_stops():
    needs = {name: KINDS[name].needs_checker for name in CARD_KINDS}
    assert needs == {"deactivate_card": False, "reactivate_card": True, "terminate_card": True}


def test_terminating_wants_the_card_id_typed(programme, operator):
    card = card_for(programme, "terminate_card")
    with pytest.raises(Incomplete, match="Type the card id"):
        ask("terminate_card", card, operator, confirmation="yes")


def test_a_stale_page_is_refused(programme, operator):
    card = card_for(programme, "deactivate_card")
    with pytest.raises(StaleView, match="The card changed"):
        ask("deactivate_card", card, operator, revision=card.revision - 1)


def test_the_state_must_allow_it(programme, operator):
    with pytest.raises(WrongState, match="it is suspended"):
        ask("deactivate_card", programme.card(programme.account(), "suspended"), operator)


def test_a_card_has_one_open_operation(programme, operator, approver):
    card = card_for(programme, "terminate_card")
    ask("terminate_card", card, operator)
    with pytest.raises(OperationOpen, match="Terminate card for good was already requested"):
        ask("deactivate_card", card, approver)


def test_the_cards_account_and_customer_are_kept_with_it(programme, operator):
    card = card_for(programme, "deactivate_card")
    operation = ask("deactivate_card", card, operator)
    assert (operation.account, operation.customer) == (card.account, card.account.customer)
