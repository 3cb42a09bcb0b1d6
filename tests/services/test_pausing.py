"""Pausing: sending stops by itself or by hand, and goes on when a test read shows that it may."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts_app import audit, work
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted, Refusal
from accounts_app.models import AuditEntry, Operation, Pause
from accounts_app.services import pausing
from tests import provider_clock
from tests.deliveries import event, receive
from tests.factories import ask
from tests.faults.together import at_once, refused
from tests.guarded import unguarded
from tests.services.test_send import advanced, when_due

pytestmark = pytest.mark.django_db
State = Operation.State
Cause = Pause.Cause
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def by_hand(person, reason: str = "Something looks wrong") -> Pause:
    """Pause sending as a person does."""
    return pausing.pause(Cause.HAND, reason, person=person)


def break_the_chain(entry: int = 1) -> None:
    """Alter an audit entry behind the programme's back."""
    table = AuditEntry._meta.db_table
    with unguarded() as cursor:
        cursor.execute(
            f"UPDATE {table} SET actor_name = 'nobody' WHERE sequence = %s",  # noqa: S608
            [entry],
        )


def test_nothing_is_paused_at_first():
    assert pausing.current() is None


def test_a_pause_tells_who_why_and_since_when(operator):
    by_hand(operator)
    found = pausing.current()
    assert (found.cause, found.reason, found.person) == (
        "hand",
        "Something looks wrong",
        operator,
    )
    assert timezone.now() - found.started_at < timedelta(seconds=5)


def test_nothing_is_sent_while_paused(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    by_hand(operator)
    work.run_due()
    operation.refresh_from_db()
    assert (operation.state, operation.attempts.count()) == (State.APPROVED, 0)


def test_reading_goes_on_while_paused(programme, operator, sandbox):
    account = programme.account()
    by_hand(operator)
    sandbox.world.change("account", str(account.pk), "inactive")
    receive(event(id=str(account.pk)))
    work.run_due()
    account.refresh_from_db()
    assert account.status == "inactive"


def test_what_waited_is_sent_after_it(programme, operator, approver):
    operation = ask("deactivate", programme.account(), operator)
    by_hand(operator)
    operation = advanced(operation)
    pausing.resume(person=approver, reason="All is well")
    assert when_due(operation).state == State.SUCCEEDED


def test_pausing_twice_is_one_pause(operator, approver):
    assert by_hand(operator) == by_hand(approver, "Me too")
    assert AuditEntry.objects.filter(action="sending.paused").count() == 1


def test_the_programme_pauses_in_its_own_name():
    paused = pausing.pause(Cause.CREDENTIALS, "The provider refused our credentials (403).")
    assert paused.person == audit.system_user()


def test_pausing_and_resuming_are_audited(sandbox, operator, approver):
    by_hand(operator)
    pausing.resume(person=approver, reason="All is well")
    first, second = AuditEntry.objects.filter(object_kind="pause").order_by("sequence")
    assert (first.action, first.actor, first.reason) == (
        "sending.paused",
        operator,
        "Something looks wrong",
    )
    assert (second.action, second.actor, second.reason) == (
        "sending.resumed",
        approver,
        "All is well",
    )
    assert audit.verify() is None


def test_a_viewer_may_not_pause(viewer):
    with pytest.raises(NotPermitted):
        by_hand(viewer)


def test_a_pause_needs_a_reason(operator):
    with pytest.raises(Incomplete) as refusal:
        by_hand(operator, "  ")
    assert refusal.value.details["field"] == "reason"


def test_an_operator_may_not_resume(operator):
    by_hand(operator)
    with pytest.raises(NotPermitted):
        pausing.resume(person=operator, reason="All is well")


def test_resuming_needs_a_reason(operator, approver):
    by_hand(operator)
    with pytest.raises(Incomplete):
        pausing.resume(person=approver, reason="")


def test_what_is_not_paused_cannot_be_resumed(approver):
    with pytest.raises(AlreadyMoved, match="not paused"):
        pausing.resume(person=approver, reason="All is well")


def test_refused_credentials_keep_it_paused(sandbox, operator, approver):
    by_hand(operator)
    sandbox.faults.add(operation="listWebhooks", action="status", code=403)
    with pytest.raises(Refusal, match=r"a test read failed\. The provider refused our cred"):
        pausing.resume(person=approver, reason="All is well")
    assert pausing.current()


def test_a_provider_that_is_away_keeps_it_paused(sandbox, operator, approver, settings):
    by_hand(operator)
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"  # nobody listens there
    with pytest.raises(Refusal, match="test read failed"):
        pausing.resume(person=approver, reason="All is well")


def test_o23_a_wrong_clock_keeps_it_paused(sandbox, approver, monkeypatch):
    pausing.pause(Cause.CLOCK, "The provider's clock is +40 s from ours.")
    provider_clock.ahead(monkeypatch, seconds=40)
    with pytest.raises(Refusal, match=r"clock is \+(39|40|41) s from ours"):
        pausing.resume(person=approver, reason="All is well")


def test_o23_a_right_clock_lets_it_go_on(sandbox, approver):
    pausing.pause(Cause.CLOCK, "The provider's clock is +40 s from ours.")
    pausing.resume(person=approver, reason="Time service restarted")
    assert pausing.current() is None


def test_o23_an_answer_without_a_time_proves_no_clock(sandbox, approver, monkeypatch):
    pausing.pause(Cause.CLOCK, "The provider's clock is +40 s from ours.")
    monkeypatch.setattr(provider_clock.QuietHandler, "date_time_string", lambda *_: "no date")
    with pytest.raises(Refusal, match="told no time"):
        pausing.resume(person=approver, reason="All is well")


def test_a_broken_chain_keeps_it_paused(sandbox, approver):
    pausing.pause(Cause.CHAIN, "Audit entry 1: altered.")
    break_the_chain()
    with pytest.raises(Refusal, match="audit entry 1: altered"):
        pausing.resume(person=approver, reason="All is well")


def test_o25_the_command_line_resumes_in_the_programmes_name(sandbox):
    pausing.pause(Cause.MAINTENANCE, "New signing key")
    assert pausing.resume(person=None, reason="Key changed").ended_by == audit.system_user()


def test_the_database_itself_allows_one_pause_at_a_time(operator):
    by_hand(operator)
    with pytest.raises(IntegrityError):
        Pause.objects.create(
            cause=Cause.HAND, reason="two", person=operator, started_at=timezone.now()
        )


@committing
def test_o10_many_that_pause_at_once_make_one_pause():
    paused = at_once(*[partial(pausing.pause, Cause.CREDENTIALS, "403")] * 6)
    assert len({row.pk for row in paused}) == Pause.objects.count() == 1
    assert AuditEntry.objects.count() == 1


@committing
def test_two_that_resume_at_once_are_one_resuming(sandbox, operator, approver):
    by_hand(operator)
    said = at_once(*[partial(pausing.resume, person=approver, reason="All is well")] * 2)
    assert refused(said) == ["AlreadyMoved"]
    assert AuditEntry.objects.filter(action="sending.resumed").count() == 1
