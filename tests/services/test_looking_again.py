"""A person has events looked into again: due at once, once for each entity, on record."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts_app import work
from accounts_app.errors import Incomplete, NotPermitted
from accounts_app.models import AuditEntry, WebhookEvent
from accounts_app.services import events, looking_again
from tests.admin import rows
from tests.factories import Programme

pytestmark = pytest.mark.django_db
State = WebhookEvent.State


def parked(account, number=1):
    """Keep events that were parked because the provider did not know the account."""
    made = [rows.event(account) for _ in range(number)]
    told = {"state": State.PARKED, "note": events.NOT_KNOWN, "next_at": None}
    now = timezone.now()
    WebhookEvent.objects.filter(pk__in=[one.pk for one in made]).update(**told, ended_at=now)
    return made


def states():
    """Return where all events stand."""
    return set(WebhookEvent.objects.values_list("state", flat=True))


def test_a_parked_event_leaves_its_place_when_the_provider_knows_it_now(
    programme: Programme, operator
):
    event, *_ = parked(programme.account(), 3)
    looking_again.ask([event.pk], person=operator)
    work.run_due()
    assert states() == {State.DONE}


def test_what_the_provider_still_does_not_know_waits_again(sandbox, operator):
    event, *_ = parked(rows.account())
    looking_again.ask([event.pk], person=operator)
    work.run_due()
    event.refresh_from_db()
    assert (event.state, event.note) == (State.PENDING, events.NOT_KNOWN)


def test_many_events_of_one_account_cost_one_read(programme: Programme, operator):
    account = programme.account()
    many = parked(account, 5)
    again = looking_again.ask([one.pk for one in many], person=operator)
    assert (again.entities, again.idle) == (1, 0)
    assert work.run_due().entities == 1


def test_an_event_that_was_looked_into_can_be_looked_into_again(operator):
    event = rows.event(rows.account())
    WebhookEvent.objects.update(state=State.DONE, ended_at=timezone.now(), next_at=None)
    looking_again.ask([event.pk], person=operator)
    event.refresh_from_db()
    assert (event.state, event.ended_at) == (State.PENDING, None)


def test_events_of_others_that_are_done_with_stay_so(operator):
    account = rows.account()
    rows.event(account)
    WebhookEvent.objects.update(state=State.DONE, ended_at=timezone.now(), next_at=None)
    chosen = rows.event(account)
    looking_again.ask([chosen.pk], person=operator)
    assert WebhookEvent.objects.filter(state=State.DONE).count() == 1


def test_what_a_worker_has_in_hand_is_left_to_it(operator):
    event = rows.event(rows.account())
    until = timezone.now() + timedelta(minutes=1)
    WebhookEvent.objects.update(lease_until=until, next_at=until)
    looking_again.ask([event.pk], person=operator)
    event.refresh_from_db()
    assert event.lease_until == until


def test_what_is_only_kept_for_the_timeline_is_told(operator):
    event = rows.event(rows.account(), entity_kind="authorisation", entity_id=uuid.uuid4())
    again = looking_again.ask([event.pk], person=operator)
    assert (again.entities, again.idle) == (0, 1)


def test_it_is_recorded_once_for_each_entity(operator):
    events_of_both = [*parked(rows.account(), 2), *parked(rows.account())]
    looking_again.ask([one.pk for one in events_of_both], person=operator)
    entries = AuditEntry.objects.filter(action="event.look_again")
    assert {entry.result for entry in entries} == {"2 events are due", "1 events are due"}
    assert {entry.before["state"] for entry in entries} == {"parked"}


def test_it_is_a_right(viewer, auditor):
    event, *_ = parked(rows.account())
    for person in (viewer, auditor):
        with pytest.raises(NotPermitted):
            looking_again.ask([event.pk], person=person)
    assert states() == {State.PARKED}


def test_too_many_at_once_are_refused(operator):
    with pytest.raises(Incomplete, match="at most 100"):
        looking_again.ask(list(range(101)), person=operator)
