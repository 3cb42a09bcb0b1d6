"""What comes of showing a provider answer to the mirror."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts_app import mirror
from accounts_app.errors import ParentMissing
from accounts_app.mirror import Outcome
from accounts_app.models import Account, Customer, Discrepancy, Snapshot, Source
from tests.factories import account_shape, card_shape, customer_shape

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def show(shape, minutes=0):
    """Show a shape that was asked for some minutes after NOW."""
    return mirror.observe(shape, source=Source.SYNC, asked_at=NOW + timedelta(minutes=minutes))


def later(shape, **fields):
    """Return the same entity as the provider describes it a day later."""
    changed = {**shape.representation, "updatedAt": "2026-03-02T09:00:00.000000Z", **fields}
    return type(shape).model_validate(changed)


def test_a_first_answer_creates_the_row():
    shape = customer_shape(externalId="crm-1")
    assert show(shape).outcome == Outcome.CREATED
    row = Customer.objects.get(pk=shape.id)
    assert (row.external_id, row.status, row.asked_at) == ("crm-1", "active", NOW)


def test_a_newer_answer_replaces_the_row():
    shape = customer_shape()
    show(shape)
    assert show(later(shape, status="inactive"), 1).outcome == Outcome.UPDATED
    assert Customer.objects.get(pk=shape.id).status == "inactive"


def test_the_same_answer_again_changes_nothing_but_when_we_asked():
    shape = customer_shape()
    show(shape)
    assert show(shape, 5).outcome == Outcome.UNCHANGED
    assert Customer.objects.get(pk=shape.id).asked_at == NOW + timedelta(minutes=5)
    assert Snapshot.objects.filter(entity_id=shape.id).count() == 1


def test_a_stale_answer_changes_nothing():
    shape = customer_shape()
    show(later(shape, status="inactive"))
    assert show(shape, 5).outcome == Outcome.STALE
    assert Customer.objects.get(pk=shape.id).status == "inactive"


def test_a_time_that_is_far_ahead_keeps_no_right_answer_out():
    shape = customer_shape(status="active")
    wrong = later(shape, status="inactive", updatedAt="2099-01-01T00:00:00.000000Z")
    show(wrong)
    # What was asked for earlier may still be what was so before.
    assert show(shape, -1).outcome == Outcome.STALE
    assert show(shape, 5).outcome == Outcome.UPDATED
    assert Customer.objects.get(pk=shape.id).status == "active"
    assert show(shape, 6).outcome == Outcome.UNCHANGED


def test_a_clock_that_is_a_little_ahead_is_believed():
    shape = customer_shape()
    show(later(shape, status="inactive", updatedAt="2026-11-01T20:00:00.000000Z"))
    assert show(shape, 5).outcome == Outcome.STALE


def test_of_two_equally_new_answers_the_later_asked_wins():
    shape = customer_shape(status="active")
    twin = type(shape).model_validate({**shape.representation, "status": "inactive"})
    show(twin, 5)
    assert show(shape, 1).outcome == Outcome.STALE
    assert show(shape, 9).outcome == Outcome.UPDATED


def test_one_instant_in_two_spellings_is_no_change():
    shape = customer_shape()
    show(shape)
    nine = type(shape).model_validate(
        {**shape.representation, "updatedAt": "2026-03-01T09:00:00.000000000Z"}
    )
    assert show(nine, 1).outcome == Outcome.UNCHANGED


def test_a_snapshot_tells_before_and_after():
    shape = customer_shape()
    show(shape)
    show(later(shape, status="inactive"), 1)
    snapshot = Snapshot.objects.filter(entity_id=shape.id).first()
    assert snapshot.changed == {"status": ["active", "inactive"]}


def test_an_unknown_status_is_kept_as_it_came():
    shape = customer_shape(status="hibernating")
    row = show(shape).row
    assert (row.status, row.is_recognised) == ("hibernating", False)


def test_an_account_without_its_customer_is_refused():
    with pytest.raises(ParentMissing):
        show(account_shape())
    assert not Account.objects.exists()


def test_a_card_hangs_from_its_account():
    customer = customer_shape()
    account = account_shape(customerId=str(customer.id))
    for shape in (customer, account, card_shape(accountId=str(account.id))):
        assert show(shape).outcome == Outcome.CREATED


def closed_account():
    """Return the shape of a mirrored, closed account."""
    customer = customer_shape()
    show(customer)
    shape = account_shape(customerId=str(customer.id), status="closed")
    show(shape)
    return shape


def test_a_final_state_is_not_left_on_the_providers_word():
    shape = closed_account()
    assert show(later(shape, status="active"), 1).outcome == Outcome.CONTRADICTED
    assert Account.objects.get(pk=shape.id).status == "closed"
    found = Discrepancy.objects.get(entity_id=shape.id)
    assert (found.what, found.held, found.told) == ("status", "closed", "active")


def test_an_account_does_not_change_hands():
    shape = closed_account()
    stranger = customer_shape()
    show(stranger)
    moved = later(shape, customerId=str(stranger.id))
    assert show(moved, 1).outcome == Outcome.CONTRADICTED
    assert Account.objects.get(pk=shape.id).customer_id == shape.customer_id


def test_a_discrepancy_is_found_once():
    shape = closed_account()
    for minute in (1, 2, 3):
        show(later(shape, status="active"), minute)
    assert Discrepancy.objects.count() == 1


def test_that_the_provider_agrees_again_is_noted_and_ends_nothing():
    shape = closed_account()
    show(later(shape, status="active"), 1)
    show(later(shape), 2)
    found = Discrepancy.objects.get()
    assert found.agreed_at is not None
    assert found.resolved_at is None


def test_an_agreement_taken_back_is_none():
    shape = closed_account()
    for minute, status in enumerate(["active", "closed", "active"]):
        show(later(shape, status=status), minute)
    assert Discrepancy.objects.get().agreed_at is None


def decide(verdict):
    """Write what two people decided about the only discrepancy, as far as the mirror reads it."""
    Discrepancy.objects.update(verdict=verdict)


def test_the_providers_word_is_taken_once_it_is_to_be_followed():
    """I16: the final state changes while its discrepancy is open, and only then."""
    shape = closed_account()
    show(later(shape, status="active"), 1)
    decide("follow")
    assert show(later(shape, status="active"), 2).outcome == Outcome.UPDATED
    assert Account.objects.get(pk=shape.id).status == "active"


def test_no_other_word_than_the_one_decided_is_taken():
    shape = closed_account()
    show(later(shape, status="active"), 1)
    decide("follow")
    assert show(later(shape, status="inactive"), 2).outcome == Outcome.CONTRADICTED
    assert Account.objects.get(pk=shape.id).status == "closed"


def test_what_two_people_kept_stays_while_the_rest_follows():
    shape = closed_account()
    show(later(shape, status="active"), 1)
    decide("keep")
    Discrepancy.objects.update(resolved_at=NOW)
    told = later(shape, status="active", currencies=["USD"])
    assert show(told, 2).outcome == Outcome.UPDATED
    row = Account.objects.get(pk=shape.id)
    assert (row.status, row.currencies) == ("closed", "USD")
