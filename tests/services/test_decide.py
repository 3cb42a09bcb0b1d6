"""Two people: one asks, another agrees to exactly that, or does not."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted, SameEyes, StaleView
from accounts_app.models import AuditEntry, Operation
from accounts_app.services import operations
from tests.factories import ask
from tests.guarded import alter

State = Operation.State


@pytest.fixture
def requested(programme, operator) -> Operation:
    """A close that waits for a second person."""
    return ask("close", programme.account(), operator)


def test_the_checker_approves_what_was_seen(requested, approver):
    approved = operations.approve(requested.pk, checker=approver, digest=requested.digest)
    assert (approved.state, approved.checker) == (State.APPROVED, approver)
    assert approved.key is not None


def test_the_maker_cannot_approve(programme, approver):
    own = ask("close", programme.account(), approver)
    with pytest.raises(SameEyes):
        operations.approve(own.pk, checker=approver, digest=own.digest)


def test_the_database_itself_refuses_a_maker_as_checker(requested, operator):
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.filter(pk=requested.pk).update(checker=operator)


def test_the_database_itself_refuses_approval_without_a_checker(requested):
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.filter(pk=requested.pk).update(state=State.APPROVED)


def test_an_operator_cannot_approve(requested, django_user_model):
    colleague = django_user_model.objects.create_user("colleague")
    with pytest.raises(NotPermitted):
        operations.approve(requested.pk, checker=colleague, digest=requested.digest)


def test_another_digest_is_not_what_was_shown(requested, approver):
    with pytest.raises(StaleView):
        operations.approve(requested.pk, checker=approver, digest="0" * 64)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "deactivate"),
        ("lane", "account:other"),
        ("method", "PATCH"),
        ("path", "/accounts/other"),
        ("body", b"{}"),
        ("fields", {"currency": "USD"}),
        ("seen", {"status": "inactive"}),
        ("reason", "tampered"),
        ("reference", "tampered"),
        ("form_number", uuid.UUID(int=0)),
    ],
)
def test_a_changed_request_voids_the_approval(requested, approver, column, value):
    alter(Operation.objects.filter(pk=requested.pk), **{column: value})
    with pytest.raises(StaleView):
        operations.approve(requested.pk, checker=approver, digest=requested.digest)


def test_a_decision_is_made_once(requested, approver):
    operations.approve(requested.pk, checker=approver, digest=requested.digest)
    with pytest.raises(AlreadyMoved):
        operations.reject(requested.pk, checker=approver, note="too late")


def test_a_rejection_says_why_and_ends_it(requested, approver):
    rejected = operations.reject(requested.pk, checker=approver, note="Wrong account")
    assert rejected.state == State.REJECTED
    assert "Wrong account" in rejected.outcome


def test_a_rejection_without_a_note_is_refused(requested, approver):
    with pytest.raises(Incomplete):
        operations.reject(requested.pk, checker=approver, note=" ")


def test_the_maker_withdraws_a_request(requested, operator):
    assert operations.cancel(requested.pk, maker=operator).state == State.CANCELLED


def test_what_was_decided_cannot_be_withdrawn(requested, operator, approver):
    operations.approve(requested.pk, checker=approver, digest=requested.digest)
    with pytest.raises(AlreadyMoved, match="too late"):
        operations.cancel(requested.pk, maker=operator)


def test_nobody_else_withdraws_it(requested, approver):
    with pytest.raises(NotPermitted):
        operations.cancel(requested.pk, maker=approver)


def test_a_decision_leaves_one_audit_entry(requested, approver):
    operations.approve(requested.pk, checker=approver, digest=requested.digest, note="Checked")
    entry = AuditEntry.objects.get(action="close.approved")
    assert (entry.actor, entry.result) == (approver, "Checked")
