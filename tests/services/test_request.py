"""Asking for an operation."""

import uuid

import pytest

from accounts_app.errors import (
    Contradicted,
    Incomplete,
    NotPermitted,
    OperationOpen,
    StaleView,
    WrongState,
)
from accounts_app.models import AuditEntry, Discrepancy, Operation
from tests.factories import ask


def test_an_operation_for_one_person_is_approved_at_once(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    assert operation.state == Operation.State.APPROVED
    assert operation.key is not None
    assert operation.checker is None


def test_an_operation_for_two_people_waits(programme, operator):
    operation = ask("close", programme.account(), operator)
    assert operation.state == Operation.State.REQUESTED
    assert operation.key is None


def test_what_is_asked_is_frozen_with_what_was_seen(programme, operator):
    account = programme.account()
    card = programme.card(account)
    account.refresh_from_db()
    operation = ask("close", account, operator)
    assert (operation.method, operation.path) == ("DELETE", f"/accounts/{account.pk}")
    assert operation.seen["cards"] == {str(card.pk): "active"}


def test_asking_leaves_one_audit_entry(programme, operator):
    account = programme.account()
    ask("close", account, operator, reason="Fraud case")
    entry = AuditEntry.objects.get(action="close.requested")
    assert (entry.actor, entry.object_id, entry.reason) == (operator, str(account.pk), "Fraud case")


def test_without_the_permission_nothing_happens(programme, viewer):
    with pytest.raises(NotPermitted):
        ask("deactivate", programme.account(), viewer)
    assert not Operation.objects.exists()


def test_a_reason_is_needed(programme, operator):
    with pytest.raises(Incomplete, match="reason"):
        ask("deactivate", programme.account(), operator, reason="  ")


def test_closing_wants_the_account_id_typed(programme, operator):
    with pytest.raises(Incomplete, match="Type the account id"):
        ask("close", programme.account(), operator, confirmation="yes")


def test_a_stale_page_is_refused_and_told_what_is_now(programme, operator):
    account = programme.account()
    with pytest.raises(StaleView, match="now active"):
        ask("deactivate", account, operator, revision=account.revision - 1)


def test_the_state_must_allow_it(programme, operator):
    with pytest.raises(WrongState, match="it is inactive"):
        ask("deactivate", programme.account("inactive"), operator)


def test_a_currency_that_is_not_offered_is_refused(programme, operator):
    with pytest.raises(Incomplete, match="currencies"):
        ask("create_account", programme.customer(), operator, fields={"currency": "XXX"})


def test_the_same_form_twice_is_one_operation(programme, operator):
    account, form = programme.account(), uuid.uuid4()
    first = ask("deactivate", account, operator, form_number=form)
    assert ask("deactivate", account, operator, form_number=form) == first


def test_a_form_counts_for_its_maker_and_target_only(programme, operator):
    form = uuid.uuid4()
    ask("deactivate", programme.account(), operator, form_number=form)
    with pytest.raises(StaleView, match="used before"):
        ask("deactivate", programme.account(), operator, form_number=form)


def test_a_second_operation_on_the_account_is_refused(programme, operator, approver):
    account = programme.account()
    ask("close", account, operator)
    with pytest.raises(OperationOpen, match="already requested by operator"):
        ask("deactivate", account, approver)


def test_two_creations_for_one_customer_are_refused(programme, operator):
    customer = programme.customer()
    ask("create_account", customer, operator)
    with pytest.raises(OperationOpen):
        ask("create_account", customer, operator)


def test_an_open_discrepancy_blocks(programme, operator):
    account = programme.account()
    Discrepancy.objects.create(
        entity_kind="account", entity_id=account.pk, what="status", held="closed", told="active"
    )
    with pytest.raises(Contradicted):
        ask("deactivate", account, operator)
