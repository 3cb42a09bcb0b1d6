"""What comes round by itself: done when due, by one worker, and harmless when done twice."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import audit, schedule, work
from accounts_app.models import AuditEntry, Contact, Incident, Job, Pause, Reconciliation
from accounts_app.services import comparisons, jobs, pausing, registered, subscribing, subscriptions
from tests import mirrored
from tests.factories import ask
from tests.guarded import unguarded
from tests.reconciliation.far_side import unheard

pytestmark = pytest.mark.django_db
State = Reconciliation.State
Trigger = Reconciliation.Trigger


def later(**span):
    """Travel on by this much."""
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def job(name: str) -> Job:
    """Return a job's row."""
    return Job.objects.get(name=name)


def test_a_new_database_runs_nothing_at_once(sandbox):
    assert work.run_due().jobs == 0
    assert job("sweep").next_at > timezone.now() + timedelta(hours=5)
    assert not Reconciliation.objects.exists()


def test_a_sweep_is_made_when_its_time_has_come(programme, sandbox):
    account = programme.account()
    work.run_due()
    unheard(sandbox, "account", account.pk, "inactive")
    with later(hours=6, seconds=1):
        assert work.run_due().jobs == 6
    made = Reconciliation.objects.get()
    assert (made.trigger, made.state) == (Trigger.SCHEDULE, State.APPLIED)
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_what_came_of_a_job_is_kept_with_when_it_is_due_again(sandbox):
    jobs.make_due(jobs.SWEEP)
    work.run_due()
    swept = job("sweep")
    assert swept.result == f"Comparison {Reconciliation.objects.get().pk}: Equal."
    assert swept.next_at - swept.ended_at == timedelta(hours=6)
    assert swept.lease_until is None


def test_days_late_it_is_done_once(sandbox):
    work.run_due()
    with later(days=5):
        work.run_due()
        work.run_due()
    assert Reconciliation.objects.count() == 1


def test_two_workers_do_not_both_get_a_job(sandbox):
    jobs.make_due(jobs.SWEEP)
    assert jobs.claim(jobs.SWEEP)
    assert jobs.claim(jobs.SWEEP) is None


def test_a_job_whose_worker_is_gone_is_due_again_when_the_lease_ends(sandbox):
    jobs.make_due(jobs.SWEEP)
    jobs.claim(jobs.SWEEP)
    assert schedule.due() == []
    with later(minutes=15, seconds=1):
        assert "sweep" in schedule.due()


def test_a_worker_that_slept_does_not_disturb_the_one_after_it(sandbox):
    jobs.make_due(jobs.SWEEP)
    sleeper = jobs.claim(jobs.SWEEP)
    with later(minutes=16):
        jobs.claim(jobs.SWEEP)
        jobs.finish(sleeper, result="Slept.", again_in=timedelta(hours=6))
    assert job("sweep").result != "Slept."


def test_a_job_made_due_while_it_runs_is_done_once_more(sandbox):
    jobs.make_due(jobs.SWEEP)
    running = jobs.claim(jobs.SWEEP)
    jobs.make_due(jobs.SWEEP)
    jobs.finish(running, result="Done.", again_in=timedelta(hours=6))
    assert "sweep" in schedule.due()


def test_a_comparison_that_was_asked_for_is_made_by_the_next_round(sandbox, operator):
    asked, _ = comparisons.ask(Trigger.STAFF, person=operator)
    work.run_due()
    asked.refresh_from_db()
    assert (asked.state, asked.starter, asked.trigger) == (State.EQUAL, operator, Trigger.STAFF)
    assert Reconciliation.objects.count() == 1


def test_asking_twice_is_one_comparison(sandbox, operator, approver):
    asked, _ = comparisons.ask(Trigger.STAFF, person=operator)
    assert comparisons.ask(Trigger.STAFF, person=approver) == (asked, False)


def test_who_asked_is_in_the_audit(sandbox, operator):
    asked, _ = comparisons.ask(Trigger.STAFF, person=operator)
    entry = AuditEntry.objects.get(action="comparison.asked")
    assert (entry.actor, entry.object_id) == (operator, str(asked.pk))


def test_a_sweep_waits_for_another_comparison_to_end(sandbox):
    running = Reconciliation.objects.create(
        trigger=Trigger.COMMAND,
        starter=audit.system_user(),
        state=State.RUNNING,
        started_at=timezone.now(),
        lease_until=timezone.now() + timedelta(minutes=5),
    )
    jobs.make_due(jobs.SWEEP)
    work.run_due()
    swept = job("sweep")
    assert swept.result.startswith("Another comparison is running")
    assert swept.next_at - swept.ended_at == timedelta(minutes=1)
    running.refresh_from_db()
    assert running.state == State.RUNNING


def test_a_sweep_the_provider_did_not_let_finish_is_due_again_soon(sandbox):
    sandbox.faults.add(action="malformed", operation="listCards", times=None)
    jobs.make_due(jobs.SWEEP)
    work.run_due()
    assert Reconciliation.objects.get().state == State.FAILED
    assert job("sweep").next_at - job("sweep").ended_at == timedelta(minutes=30)


def test_while_the_provider_is_known_to_be_down_no_sweep_is_tried(sandbox):
    now = timezone.now()
    Contact.objects.update(failing_since=now, failures=9, next_try_at=now + timedelta(seconds=300))
    jobs.make_due(jobs.SWEEP)
    work.run_due()
    assert job("sweep").result == "The provider does not answer."
    assert not Reconciliation.objects.exists()


def test_the_end_of_an_outage_asks_for_a_sweep(programme, sandbox):
    down_since = timezone.now() - timedelta(hours=1)
    Contact.objects.update(failing_since=down_since, failures=9, next_try_at=timezone.now())
    programme.account()
    work.run_due()
    assert Reconciliation.objects.get().trigger == Trigger.OUTAGE


def test_a_job_that_breaks_off_is_logged_and_due_again_later(sandbox, settings, caplog):
    settings.OFFBLOCKS_WEBHOOK_TYPES = None
    jobs.make_due(jobs.SUBSCRIPTION)
    assert work.run_due().jobs == 1
    broken = job("subscription")
    assert broken.result == "It broke off; the log tells why."
    assert broken.next_at - broken.ended_at == timedelta(minutes=30)
    assert "work failed" in caplog.text


class Sleeper:
    """What makes a worker sleep while its lease runs out, and break off when it wakes."""

    def __iter__(self):
        """Let another worker have the job meanwhile."""
        with later(minutes=16):
            self.taken = jobs.claim(jobs.SUBSCRIPTION)
        raise RuntimeError("woken")


def test_a_sleeper_that_breaks_off_leaves_the_job_to_whoever_has_it_now(sandbox, settings):
    settings.OFFBLOCKS_WEBHOOK_TYPES = sleeper = Sleeper()
    jobs.make_due(jobs.SUBSCRIPTION)
    work.run_due()
    held = job("subscription")
    assert held.lease_until == sleeper.taken.lease_until
    assert (held.ended_at, held.next_at) == (None, sleeper.taken.next_at)


def test_the_subscription_is_compared_every_day(sandbox, settings):
    subscriptions.ensure()
    jobs.make_due(jobs.SUBSCRIPTION)
    work.run_due()
    assert job("subscription").result == "The subscription is exactly ours."


def test_a_subscription_that_is_not_ours_is_told(sandbox):
    jobs.make_due(jobs.SUBSCRIPTION)
    work.run_due()
    assert job("subscription").result == "There is no subscription to our address."
    assert Incident.objects.get(ended_at=None).kind == Incident.Kind.SUBSCRIPTION


def test_the_incident_of_the_subscription_ends_once_it_is_ours(sandbox):
    jobs.make_due(jobs.SUBSCRIPTION)
    work.run_due()
    subscriptions.ensure()
    work.run_due()
    assert Incident.objects.get().end_note == "The subscription is exactly ours."


def test_an_incident_begins_and_ends_with_what_people_change(sandbox, approver):
    told = {"person": approver, "reason": "A drill"}
    made = subscribing.change("create", subscription_id=None, number=uuid.uuid4(), **told)
    assert (made.result, work.run_due().jobs, Incident.objects.count()) == ("done", 1, 0)
    (one,) = registered.look().found
    subscribing.change("remove", subscription_id=one.id, number=uuid.uuid4(), **told)
    work.run_due()
    assert Incident.objects.get().ended_at is None
    subscribing.change("create", subscription_id=None, number=uuid.uuid4(), **told)
    work.run_due()
    assert Incident.objects.get().ended_at


def test_the_chain_is_walked_every_hour(programme, operator):
    ask("deactivate", programme.account(), operator)
    work.run_due()
    with later(hours=1, seconds=1):
        work.run_due()
    assert job("chain").result == "The audit chain holds."
    assert pausing.current() is None


def test_a_broken_chain_stops_all_sending(programme, operator):
    ask("deactivate", programme.account(), operator)
    with unguarded() as cursor:
        cursor.execute("UPDATE accounts_app_auditentry SET reason = 'something else'")
    jobs.make_due(jobs.CHAIN)
    work.run_due()
    assert job("chain").result == "Audit entry 1: altered."
    assert pausing.current().cause == Pause.Cause.CHAIN
