"""Several workers and one entity: one read at a time, and the older answer is never kept."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from accounts_app import mirror, work
from accounts_app.models import Account, EntityKind, WebhookEvent
from accounts_app.services import events
from tests.deliveries import changed, event, pending, receive, settled

State = WebhookEvent.State
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def started(job: Callable[[], object]) -> threading.Thread:
    """Start a job in a thread of its own, with a database connection of its own."""

    def run() -> None:
        try:
            job()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def look(account: Account) -> object:
    """Look into an account's events."""
    return events.process(EntityKind.ACCOUNT, account.pk)


def slow(sandbox, seconds: float = 0.5):
    """Let every read of an account take its time: see `met`."""
    return sandbox.faults.add(action="delay", operation="getAccount", seconds=seconds, times=None)


def await_read(reads) -> None:
    """Wait until the provider has been asked."""
    until = time.monotonic() + 20
    while not reads.met:
        assert time.monotonic() < until, "nobody reads"
        time.sleep(0.01)


def test_w28_two_workers_read_an_entity_once(happened, sandbox):
    account, body = happened
    receive(body)
    reads = slow(sandbox)
    for worker in [started(lambda: look(account)) for _ in range(2)]:
        worker.join()
    assert (reads.met, settled()) == (1, [(State.DONE, "updated")])


def test_w28_an_entity_that_is_being_read_is_not_listed(happened, sandbox):
    account, body = happened
    receive(body)
    reads = slow(sandbox, 2)
    worker = started(lambda: look(account))
    await_read(reads)
    receive(changed(body, eventId=str(uuid.uuid4())))
    assert events.due_entities(9) == []
    worker.join()


def test_w28_what_comes_during_a_read_gets_a_read_of_its_own(happened, sandbox):
    """That one's answer may have been made before it happened."""
    account, body = happened
    receive(body)
    reads = slow(sandbox, 2)
    worker = started(lambda: look(account))
    await_read(reads)
    receive(changed(body, eventId=str(uuid.uuid4())))
    assert look(account) is None
    worker.join()
    assert pending().count() == 1
    work.run_due()
    assert (reads.met, pending().count()) == (2, 0)


def test_w28_a_thousand_events_about_one_account_cost_a_handful_of_reads(happened, sandbox):
    account, body = happened
    flood = [changed(body, eventId=str(uuid.uuid4()), number=n) for n in range(1000)]
    reads = slow(sandbox, 0)
    receive(*flood[:500])
    work.run_due()
    receive(*flood[500:])
    while work.run_due().entities:
        pass
    stored = {bytes(body) for body in WebhookEvent.objects.values_list("body", flat=True)}
    assert (stored, pending().count()) == (set(flood), 0)
    assert reads.met == 2
    account.refresh_from_db()
    assert account.status == "inactive"


def test_w28_a_flood_and_a_worker_at_the_same_time_keep_to_the_budget(happened, sandbox, settings):
    settings.OFFBLOCKS_READS_PER_SECOND = 10
    _, body = happened
    reads, is_over = slow(sandbox, 0), threading.Event()

    def work_on() -> None:
        while not is_over.is_set() or pending().exists():
            work.run_due()

    began, worker = time.monotonic(), started(work_on)
    for _ in range(200):
        receive(changed(body, eventId=str(uuid.uuid4())))
    is_over.set()
    worker.join()
    assert pending().count() == 0
    assert reads.met <= 10 * (time.monotonic() - began) + 2


def test_w26_a_worker_that_sleeps_through_its_lease_settles_nothing(happened, sandbox, monkeypatch):
    account, body = happened
    receive(body)
    slow(sandbox, 3)
    monkeypatch.setattr(events, "LEASE", timedelta(seconds=0.2))
    sleeper = started(lambda: look(account))
    time.sleep(0.5)
    monkeypatch.undo()
    lease = started(lambda: look(account))
    sleeper.join()
    assert settled() == [(State.PENDING, "")]
    lease.join()
    assert settled()[0][0] == State.DONE


def test_w03_of_two_reads_at_once_the_older_answer_is_never_the_last_one_kept(
    happened, sandbox, monkeypatch
):
    """The first read's answer is made early and shown to the mirror late."""
    account, body = happened
    receive(body)
    observe, is_older_made, is_newer_kept = mirror.observe, threading.Event(), threading.Event()

    def late(*arguments, **named):
        is_older_made.set()
        is_newer_kept.wait(20)
        return observe(*arguments, **named)

    monkeypatch.setattr(events, "LEASE", timedelta(0))
    monkeypatch.setattr(mirror, "observe", late)
    first = started(lambda: look(account))
    assert is_older_made.wait(20)
    monkeypatch.setattr(mirror, "observe", observe)
    sandbox.world.change("account", str(account.pk), "active")
    look(account)
    is_newer_kept.set()
    first.join()
    account.refresh_from_db()
    assert account.status == "active"


def test_w07_two_workers_create_what_is_unknown_once(sandbox, transactional_db):
    customer = sandbox.world.add_customer()
    accounts = [sandbox.world.add_account(str(customer["id"])) for _ in range(2)]
    ids = [uuid.UUID(str(account["id"])) for account in accounts]
    about = [b'"id":"%s"' % str(id).encode() for id in ids]
    receive(*(body for body in sandbox.deliveries.take() if any(id in body for id in about)))
    workers = [started(lambda id=id: events.process(EntityKind.ACCOUNT, id)) for id in ids]
    for worker in workers:
        worker.join()
    assert {row.pk for row in Account.objects.all()} == set(ids)
    assert {state for state, _ in settled()} == {State.DONE}


def test_w06_bodies_under_one_id_that_come_at_the_same_moment_are_both_flagged(transactional_db):
    for number in range(20):
        id, start = str(uuid.UUID(int=number)), threading.Barrier(2)

        def deliver(status: str, id: str = id, start: threading.Barrier = start) -> None:
            body = event(eventId=id, webhookType="transaction.updated", status=status)
            start.wait()
            receive(body)

        for thread in [started(lambda s=s: deliver(s)) for s in ("processing", "processed")]:
            thread.join()
    assert WebhookEvent.objects.filter(is_conflicting=True).count() == 40
