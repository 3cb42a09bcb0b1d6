"""Who holds the audit chain waits for no row: on PostgreSQL that would be a deadlock."""

import threading

import pytest

from accounts_app import audit
from accounts_app.models import AuditEntry, Operation, WebhookEvent
from accounts_app.services import events, looking_again, proof
from tests.admin import rows
from tests.factories import ask
from tests.faults.together import at_once, lingering_after, refused
from tests.services.stuck import confirm, needing_people, person, propose

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def meanwhile(first, second):
    """Let the second act begin while the first holds the audit chain; return what both brought."""
    has_recorded, for_nobody = threading.Event(), threading.Event()

    def holding():
        with lingering_after(AuditEntry._meta.db_table, has_recorded, for_nobody):
            return first()

    def beginning():
        has_recorded.wait(20)
        return second()

    answers = at_once(holding, beginning)
    assert has_recorded.is_set()
    assert audit.verify() is None
    return answers


def test_one_person_asks_for_many_and_for_one_more(operator):
    accounts, another = [rows.account() for _ in range(3)], rows.account()
    both = meanwhile(
        lambda: rows.batch(accounts, operator), lambda: ask("close", another, operator)
    )
    assert refused(both) == []
    assert Operation.objects.count() == 4


def test_one_looks_again_while_another_decides(programme, operator):
    stuck = needing_people(programme, operator)
    proposal, decider = propose(stuck, "not_applied", operator), person("ann")
    meanwhile(lambda: proof.look_again(stuck, person=operator), lambda: confirm(proposal, decider))
    assert Operation.objects.get().state == Operation.State.NOT_APPLIED


def test_a_person_has_events_looked_into_that_are_being_settled(programme, operator):
    account = programme.account()
    early = rows.event(account, revision=account.revision + 1_000_000)
    wrong = rows.event(account, revision=account.revision - 1, status="closed")
    meanwhile(
        lambda: events.process("account", account.pk),
        lambda: looking_again.ask([early.pk, wrong.pk], person=operator),
    )
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"pending"}
