"""Reading several rows anew: the worker reads them, within the budget that all share."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, AuditEntry, Batch, BatchItem, Contact
from accounts_app.services import batch_reads
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.admin.ticking import asked_for

NOBODY_LISTENS = "http://127.0.0.1:9/v1"
State = BatchItem.State


@pytest.fixture
def accounts(programme):
    """Three accounts, one of which the provider has changed without telling."""
    accounts = [programme.account() for _ in range(3)]
    programme.sandbox.world.change("account", str(accounts[0].pk), "inactive")
    return accounts


def page_of(batch, person):
    """Return the words of a batch's page."""
    return text_of(signed_in(person).get(address(Batch, "change", batch.pk)))


def test_nothing_is_read_while_the_person_waits(accounts, operator):
    batch = asked_for(operator, accounts, "refresh", reason="")
    assert set(batch.items.values_list("state", flat=True)) == {State.WAITING}
    assert "0 of 3 finished" in page_of(batch, operator)


def test_the_worker_reads_each_and_the_page_tells_what_changed(accounts, operator):
    batch = asked_for(operator, accounts, "refresh")
    assert work.run_due().entities == 3
    page = page_of(batch, operator)
    assert "3 of 3 finished: 3 done" in page
    assert "status active → inactive" in page
    assert Account.objects.get(pk=accounts[0].pk).status == "inactive"


def test_each_read_is_recorded_as_its_makers(accounts, operator):
    asked_for(operator, accounts, "refresh")
    work.run_due()
    told = AuditEntry.objects.filter(action="refreshed")
    assert {entry.actor_name for entry in told} == {"operator"}
    assert {entry.object_id for entry in told} == {str(account.pk) for account in accounts}


def test_an_account_takes_two_places_in_the_budget_of_reads(accounts, operator, settings):
    settings.OFFBLOCKS_READS_PER_SECOND = 100
    asked_for(operator, accounts, "refresh")
    before = timezone.now()
    work.run_due()
    taken = Contact.objects.get(pk=1).next_read_at - before
    assert taken >= timedelta(milliseconds=60)


@pytest.mark.parametrize("kind", ["customer", "card"])
def test_customers_and_cards_are_read_too(programme, operator, kind):
    account = programme.account()
    row = account.customer if kind == "customer" else programme.card(account)
    batch = asked_for(operator, [row], "refresh")
    work.run_due()
    assert batch.items.get().why == "unchanged"


def test_what_the_provider_does_not_know_is_said_and_can_be_repeated(programme, operator):
    batch = asked_for(operator, [rows.account()], "refresh")
    work.run_due()
    page = page_of(batch, operator)
    assert "The provider does not know it." in page
    assert "Retry the failed" in page


def test_a_provider_that_is_away_is_asked_again_later(accounts, operator, settings):
    batch = asked_for(operator, accounts[:1], "refresh")
    there, settings.OFFBLOCKS_BASE_URL = settings.OFFBLOCKS_BASE_URL, NOBODY_LISTENS
    work.run_due()
    item = batch.items.get()
    assert (item.state, item.attempts) == (State.WAITING, 1)
    assert "The provider could not be reached" in page_of(batch, operator)
    settings.OFFBLOCKS_BASE_URL = there
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
        work.run_due()
    assert batch.items.get().state == State.DONE


def test_it_is_given_up_after_five_tries(accounts, operator, settings):
    batch = asked_for(operator, accounts[:1], "refresh")
    settings.OFFBLOCKS_BASE_URL = NOBODY_LISTENS
    BatchItem.objects.update(attempts=4)
    batch_reads.read(batch.items.get().pk)
    assert batch.items.get().state == State.FAILED


def test_two_workers_do_not_read_the_same_item(accounts, operator):
    batch = asked_for(operator, accounts[:1], "refresh")
    number = batch.items.get().pk
    assert batch_reads._claim(number)
    batch_reads.read(number)
    assert batch.items.get().state == State.WAITING
    assert batch_reads.due(10) == []


def test_what_a_dead_worker_held_is_read_by_another(accounts, operator):
    batch = asked_for(operator, accounts[:1], "refresh")
    batch_reads._claim(batch.items.get().pk)
    with time_machine.travel(timezone.now() + batch_reads.LEASE, tick=True):
        work.run_due()
    assert batch.items.get().state == State.DONE


def test_whoever_slept_through_the_lease_writes_nothing(accounts, operator):
    batch = asked_for(operator, accounts[:1], "refresh")
    slept = batch_reads._claim(batch.items.get().pk)
    with time_machine.travel(timezone.now() + batch_reads.LEASE, tick=True):
        work.run_due()
    batch_reads._end(slept, State.FAILED, why="too late")
    assert batch.items.get().state == State.DONE


def test_a_right_that_was_taken_away_ends_the_read(accounts, operator):
    batch = asked_for(operator, accounts[:1], "refresh")
    operator.groups.clear()
    work.run_due()
    item = batch.items.get()
    assert (item.state, "You may not" in item.why) == (State.FAILED, True)
