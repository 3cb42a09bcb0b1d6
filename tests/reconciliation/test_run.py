"""A full comparison: what differs is found, told and taken over, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app.models import (
    Account,
    Customer,
    Discrepancy,
    Drift,
    Operation,
    Reconciliation,
    Snapshot,
    Source,
)
from accounts_app.services import refresh
from tests import mirrored
from tests.deliveries import receive
from tests.factories import ask
from tests.guarded import alter
from tests.reconciliation.far_side import compared, forget, found, unheard
from tests.services.test_send import advanced

pytestmark = pytest.mark.django_db
State = Reconciliation.State


@pytest.fixture
def account(programme) -> Account:
    """An account with its customer, in the mirror as at the provider."""
    return programme.account()


def test_an_empty_mirror_is_filled_parents_first(sandbox):
    account = sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
    sandbox.world.add_card(str(account["id"]))
    made = compared()
    assert found(made) == [
        (kind, "missing_here", "created") for kind in ("customer", "account", "card")
    ]
    assert made.state == State.APPLIED
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_equal_sides_end_equal(account):
    made = compared()
    assert (made.state, found(made), made.counts["account"]["listed"]) == (State.EQUAL, [], 1)


def test_one_broken_operation_does_not_keep_the_rest_from_being_compared(
    account, programme, operator, caplog
):
    broken = ask("deactivate", programme.account(), operator)
    alter(Operation.objects.filter(pk=broken.pk), kind="no such kind", state="accepted")
    assert compared().state == State.EQUAL
    assert "an operation was not settled" in caplog.text


def test_a_second_comparison_finds_nothing(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")
    assert compared().state == State.APPLIED
    assert compared().state == State.EQUAL


def test_what_differs_is_told_before_and_after_and_since_when(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")
    drift = Drift.objects.get(reconciliation=compared())
    account.refresh_from_db()
    assert drift.changed == {"status": ["active", "inactive"]}
    assert (drift.what, drift.outcome, drift.since) == ("differs", "updated", account.updated_at)


def test_the_snapshot_tells_that_a_full_comparison_found_it(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")
    compared()
    assert Snapshot.objects.filter(entity_id=account.pk).first().source == Source.SYNC


def test_a_webhook_that_told_of_it_is_named(account, sandbox):
    sandbox.world.change("account", str(account.pk), "inactive")
    receive(*sandbox.deliveries.take())
    drift = Drift.objects.get(reconciliation=compared())
    assert drift.event.claimed_status == "inactive"


def test_a_webhook_about_something_older_is_not_named(account, sandbox):
    sandbox.world.change("account", str(account.pk), "inactive")
    receive(*sandbox.deliveries.take())
    unheard(sandbox, "account", account.pk, "active")
    assert Drift.objects.get(reconciliation=compared()).event is None


def test_a_webhook_that_comes_after_all_is_credited_by_the_next_comparison(account, sandbox):
    sandbox.world.change("account", str(account.pk), "inactive")
    first = compared()
    receive(*sandbox.deliveries.take())
    compared()
    assert Drift.objects.get(reconciliation=first).event is not None


def test_w29_events_lost_for_more_than_a_day_are_made_up_for(programme, sandbox):
    """W29: the provider discards events after 24 hours; a sweep repairs all they told of."""
    account = programme.account()
    programme.card(account)
    with time_machine.travel(timezone.now() + timedelta(hours=30), tick=True):
        unheard(sandbox, "account", account.pk, "closed")
        unheard(sandbox, "customer", account.customer_id, "inactive")
        sandbox.world.add_account(str(programme.customer().pk))
        sandbox.deliveries.take()
        made = compared()
    assert mirrored.mirror() == mirrored.provider(sandbox)
    assert {row.event for row in made.drifts.all()} == {None}
    assert {row.entity_kind for row in made.drifts.all()} == {"customer", "account", "card"}


def test_without_apply_only_the_comparison_itself_is_written(account, sandbox):
    unheard(sandbox, "account", account.pk, "inactive")
    made = compared(apply=False)
    account.refresh_from_db()
    assert (made.state, account.status) == (State.CHECKED, "active")
    assert found(made) == [("account", "differs", "")]


def test_an_equal_comparison_without_apply_ends_equal(account):
    assert compared(apply=False).state == State.EQUAL


def test_a_closed_account_may_vanish_with_its_cards(programme, sandbox):
    account = programme.account()
    card = programme.card(account)
    sandbox.world.change("account", str(account.pk), "closed")
    compared()
    forget(sandbox, account.pk, card.pk)
    assert compared().state == State.EQUAL


def test_an_open_account_the_provider_no_longer_knows_opens_a_discrepancy(account, sandbox):
    forget(sandbox, account.pk)
    made = compared()
    assert found(made) == [("account", "missing_there", "contradicted")]
    opened = Discrepancy.objects.get(entity_id=account.pk, resolved_at=None)
    assert (opened.what, opened.held) == ("existence", "active")


def test_a_discrepancy_is_opened_once_however_often_it_is_found(account, sandbox):
    forget(sandbox, account.pk)
    compared()
    compared()
    assert Discrepancy.objects.filter(what="existence").count() == 1


def test_what_people_have_noted_as_gone_is_not_missed_again(account, sandbox):
    forget(sandbox, account.pk)
    compared()
    Discrepancy.objects.update(resolved_at=timezone.now(), verdict="noted")
    assert compared().state == State.EQUAL


def test_what_is_listed_again_is_noted_on_its_discrepancy(account, sandbox):
    kept = sandbox.world.entities.find(str(account.pk))
    forget(sandbox, account.pk)
    compared()
    sandbox.world.entities.add(kept)
    assert compared().state == State.EQUAL
    assert Discrepancy.objects.get(what="existence").agreed_at is not None


def test_what_is_only_left_out_of_a_list_is_read_by_itself(account, sandbox, monkeypatch):
    shown = sandbox.world.entities.all
    monkeypatch.setattr(
        sandbox.world.entities, "all", lambda kind: [] if kind == "account" else shown(kind)
    )
    assert compared().state == State.EQUAL


def test_a_change_during_the_comparison_that_was_read_meanwhile_is_no_drift(account, sandbox):
    def while_listing(items, name):
        if name == "accounts":
            unheard(sandbox, "account", account.pk, "inactive")
            refresh.account(account.pk, source=Source.WEBHOOK)
        return items

    assert compared(progress=while_listing).state == State.EQUAL
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_an_account_made_while_the_lists_were_read_is_mirrored_with_its_customer(sandbox):
    def while_listing(items, name):
        if name == "customers":
            sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
        return items

    compared(progress=while_listing)
    assert (Customer.objects.count(), Account.objects.count()) == (1, 1)


def test_an_account_whose_customer_the_provider_does_not_know_is_told_as_such(sandbox):
    customer = sandbox.world.add_customer()
    sandbox.world.add_account(str(customer["id"]))
    forget(sandbox, customer["id"])
    assert found(compared()) == [("account", "missing_here", "parentless")]


def test_a_provider_that_goes_back_in_time_is_told_and_not_followed(account, sandbox):
    kept = sandbox.world.entities.find(str(account.pk))
    sandbox.world.change("account", str(account.pk), "inactive")
    refresh.account(account.pk, source=Source.WEBHOOK)
    sandbox.world.entities.save(kept)
    assert found(compared()) == [("account", "differs", "stale")]
    account.refresh_from_db()
    assert account.status == "inactive"


def test_a_final_state_that_was_left_is_told_and_not_followed(programme, sandbox):
    account = programme.account("closed")
    unheard(sandbox, "account", account.pk, "active")
    assert found(compared()) == [("account", "differs", "contradicted")]
    assert Discrepancy.objects.filter(entity_id=account.pk, resolved_at=None).exists()


def test_an_operation_that_a_look_can_end_is_ended_first(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="drop_reply", times=1)
    operation = advanced(ask("deactivate", account, operator))
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        made = compared()
    operation.refresh_from_db()
    assert (operation.state, made.state) == ("succeeded", State.EQUAL)
