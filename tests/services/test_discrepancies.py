"""What contradicts what must not change: it blocks until two people have acknowledged it."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts_app import audit, discrepancies, mirror
from accounts_app.errors import Contradicted, Incomplete, Refusal, StaleView, WrongState
from accounts_app.models import Account, AuditEntry, Discrepancy, Source, WebhookEvent
from accounts_app.services import endings, refresh
from accounts_app.services.subjects import verdicts_for
from tests.factories import account_shape, ask
from tests.services.stuck import (
    confirm,
    contradicted,
    propose,
    provider_gives,
    provider_says,
)
from tests.services.test_send import advanced, approved_by, effects, when_due

ToldBy = Discrepancy.ToldBy


@pytest.fixture
def found(programme) -> Discrepancy:
    """A closed account, active according to the provider (W21)."""
    return contradicted(programme)


@pytest.fixture
def moved(programme) -> Discrepancy:
    """An account that the provider has given to another customer."""
    account, stranger = programme.account(), programme.customer()
    provider_gives(programme, account, stranger)
    return Discrepancy.objects.get(entity_id=account.pk)


def now(discrepancy) -> Discrepancy:
    """Return the discrepancy as it is now."""
    return Discrepancy.objects.get(pk=discrepancy.pk)


def account_of(discrepancy) -> Account:
    """Return the account it is about, as it is now."""
    return Account.objects.get(pk=discrepancy.entity_id)


def read(discrepancy) -> mirror.Observation:
    """Read its account anew."""
    return refresh.account(discrepancy.entity_id, source=Source.WEBHOOK)


def event_about(account, number="1") -> WebhookEvent:
    """Return an event about an account."""
    return WebhookEvent.objects.create(
        event_id=number, digest=number, type="account.updated", entity_kind="account", body=b"{}"
    )


def flagged(account, claim="closed", event=None) -> Discrepancy | None:
    """Open what an event brings about: it claims what the provider denies (W20)."""
    return discrepancies.open(
        "account",
        account.pk,
        "event",
        account.status,
        claim,
        told_by=ToldBy.EVENT,
        event=event or event_about(account),
    )


# W21: a final state is not left on the provider's word; two people decide whose word counts.


def test_w21_a_final_state_is_flagged_and_stays(found):
    assert (found.what, found.held, found.told, found.told_by) == (
        *("status", "closed", "active"),
        ToldBy.READ,
    )
    assert account_of(found).status == "closed"


def test_finding_it_is_recorded_by_the_programme_itself(found):
    entry = AuditEntry.objects.get(action="discrepancy.opened")
    assert (entry.actor_name, entry.object_id) == ("system", str(found.entity_id))
    assert entry.after["told"] == "active"
    assert audit.verify() is None


def test_w21_everything_on_the_account_is_blocked(found, operator):
    with pytest.raises(Contradicted):
        ask("deactivate", account_of(found), operator)


def test_w21_what_was_approved_before_is_not_sent(programme, operator, approver, sandbox):
    account = programme.account()
    operation = approved_by(approver, ask("close", account, operator))
    flagged(account)
    assert advanced(operation).state == "stale"
    assert effects(sandbox, operation) == []


@pytest.mark.parametrize("kind", ["deactivate", "create_account"])
def test_w21_neither_is_what_needs_no_fresh_look(programme, operator, sandbox, kind):
    target = programme.customer() if kind == "create_account" else programme.account()
    operation = ask(kind, target, operator)
    discrepancies.open(target.KIND, target.pk, "existence", target.status, "unknown")
    operation = advanced(operation)
    told = f"Not sent: the provider contradicts itself about this {target.KIND}."
    assert (operation.state, operation.outcome) == ("stale", told)
    assert effects(sandbox, operation) == []


def test_what_may_have_arrived_is_found_out_in_spite_of_a_discrepancy(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="drop_reply", times=1)
    operation = advanced(ask("deactivate", account, operator))
    flagged(account)
    assert when_due(operation).state == "succeeded"


def test_w21_when_the_provider_agrees_again_it_is_noted_and_stays_open(found, programme):
    provider_says(programme, account_of(found), "closed")
    assert now(found).agreed_at is not None
    assert now(found).resolved_at is None


def test_agreement_is_recorded(found, programme):
    provider_says(programme, account_of(found), "closed")
    assert AuditEntry.objects.filter(action="discrepancy.agreed").count() == 1


def test_w21_it_still_blocks_after_the_provider_agreed_again(found, programme, operator):
    provider_says(programme, account_of(found), "closed")
    with pytest.raises(Contradicted):
        ask("deactivate", account_of(found), operator)


def test_an_agreement_taken_back_is_none(found, programme):
    provider_says(programme, account_of(found), "closed")
    provider_says(programme, account_of(found), "active")
    assert now(found).agreed_at is None


def test_w21_two_people_acknowledge_that_it_is_over(found, programme, operator, approver):
    provider_says(programme, account_of(found), "closed")
    confirm(propose(now(found), "noted", operator), approver)
    assert now(found).resolved_at is not None
    assert account_of(found).status == "closed"


# follow: the provider's word is taken, exactly as it was told.


def test_w21_two_people_take_the_providers_word(found, operator, approver):
    confirm(propose(found, "follow", operator), approver)
    assert account_of(found).status == "active"
    assert (now(found).verdict, now(found).resolved_at is None) == ("follow", False)


def test_afterwards_the_account_can_be_worked_with(found, operator, approver):
    confirm(propose(found, "follow", operator), approver)
    assert advanced(ask("deactivate", account_of(found), operator)).state == "succeeded"


def test_w22_an_account_changes_hands_when_two_people_take_the_providers_word(
    moved, operator, approver
):
    confirm(propose(moved, "follow", operator), approver)
    assert str(account_of(moved).customer_id) == moved.told


def test_a_proposal_alone_changes_nothing(found, operator):
    propose(found, "follow", operator)
    assert read(found).outcome is mirror.Outcome.CONTRADICTED
    assert account_of(found).status == "closed"


def test_another_word_than_the_one_agreed_to_is_not_taken(
    found, programme, operator, approver, sandbox
):
    proposal = propose(found, "follow", operator)
    sandbox.world.change("account", str(found.entity_id), "inactive")
    with pytest.raises(StaleView):
        confirm(proposal, approver)
    assert (account_of(found).status, now(found).told) == ("closed", "inactive")


def test_a_word_that_was_taken_back_is_not_taken(found, operator, approver, sandbox):
    proposal = propose(found, "follow", operator)
    sandbox.world.change("account", str(found.entity_id), "closed")
    with pytest.raises(StaleView, match="no other word to take: the provider agrees with us now"):
        confirm(proposal, approver)
    assert account_of(found).status == "closed"


@pytest.mark.parametrize(
    "outcome", [one for one in mirror.Outcome if one is not mirror.Outcome.CONTRADICTED]
)
def test_why_there_is_no_word_is_said_in_a_sentence_whatever_the_mirror_made_of_it(outcome):
    assert endings.NO_WORD[outcome].startswith("There is no other word to take: ")


def test_a_provider_out_of_reach_changes_nothing(found, operator, approver, settings):
    proposal = propose(found, "follow", operator)
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(Refusal, match="could not be read, so nothing was decided"):
        confirm(proposal, approver)
    assert (now(found).verdict, account_of(found).status) == ("", "closed")


def test_what_the_provider_does_not_know_has_no_word(found, operator, approver, sandbox):
    proposal = propose(found, "follow", operator)
    sandbox.faults.add(operation="getAccount", action="status", code=404)
    with pytest.raises(WrongState):
        confirm(proposal, approver)


def test_of_two_contradictions_only_the_one_decided_is_followed(
    found, programme, operator, approver
):
    before = account_of(found).customer_id
    provider_gives(programme, account_of(found), programme.customer())
    confirm(propose(now(found), "follow", operator), approver)
    assert account_of(found).status == "active"
    assert account_of(found).customer_id == before
    assert Discrepancy.objects.get(resolved_at=None).what == "customer_id"


# keep: what we hold stays, and the same word is not brought up again.


@pytest.fixture
def kept(found, operator, approver) -> Discrepancy:
    """Two people kept what we hold against the provider's word."""
    confirm(propose(found, "keep", operator), approver)
    return now(found)


def test_w21_what_we_hold_is_kept(kept):
    assert (kept.verdict, account_of(kept).status) == ("keep", "closed")


def test_the_same_word_opens_nothing_again(kept):
    read(kept)
    assert not Discrepancy.objects.filter(resolved_at=None).exists()
    assert account_of(kept).status == "closed"


def test_another_word_does(kept, programme):
    provider_says(programme, account_of(kept), "inactive")
    assert Discrepancy.objects.get(resolved_at=None).told == "inactive"


def test_beside_what_is_kept_the_mirror_follows_the_provider(moved, programme, operator, approver):
    confirm(propose(moved, "keep", operator), approver)
    provider_says(programme, account_of(moved), "inactive")
    assert account_of(moved).status == "inactive"
    assert str(account_of(moved).customer_id) == moved.held


def test_what_was_kept_is_open_to_question_once_the_word_was_taken(
    kept, programme, operator, approver
):
    provider_says(programme, account_of(kept), "inactive")
    confirm(propose(Discrepancy.objects.get(resolved_at=None), "follow", operator), approver)
    provider_says(programme, account_of(kept), "closed")
    provider_says(programme, account_of(kept), "active")
    assert Discrepancy.objects.get(resolved_at=None).told == "active"


def test_what_was_noted_after_the_provider_agreed_excuses_no_relapse(
    found, programme, operator, approver
):
    provider_says(programme, account_of(found), "closed")
    confirm(propose(now(found), "noted", operator), approver)
    provider_says(programme, account_of(found), "active")
    assert Discrepancy.objects.filter(resolved_at=None).exists()


# W6, W20, W22: an event is never believed; what it claims is flagged and noted.


def test_w20_an_events_claim_blocks_until_it_is_noted(programme, operator, approver):
    account = programme.account()
    flag = flagged(account)
    with pytest.raises(Contradicted):
        ask("deactivate", account, operator)
    confirm(propose(flag, "noted", operator), approver)
    assert advanced(ask("deactivate", account, operator)).state == "succeeded"


def test_w20_an_events_claim_is_never_followed(programme, operator):
    flag = flagged(programme.account())
    with pytest.raises(Incomplete):
        propose(flag, "follow", operator)


def test_a_read_does_not_end_what_an_event_claims(programme):
    flag = flagged(programme.account())
    read(flag)
    assert (now(flag).agreed_at, now(flag).resolved_at) == (None, None)


def test_the_same_event_once_noted_opens_nothing_again(programme, operator, approver):
    account = programme.account()
    flag = flagged(account)
    confirm(propose(flag, "noted", operator), approver)
    assert flagged(account, event=flag.event) is None


def test_another_event_with_the_same_claim_does(programme, operator, approver):
    account = programme.account()
    confirm(propose(flagged(account), "noted", operator), approver)
    assert flagged(account, event=event_about(account, "2")) is not None


def test_an_events_word_does_not_replace_the_providers(moved, programme):
    account = account_of(moved)
    discrepancies.open(
        *("account", account.pk, "customer_id", moved.held, "somebody else"),
        told_by=ToldBy.EVENT,
        event=event_about(account),
    )
    assert (now(moved).told, now(moved).told_by) == (moved.told, ToldBy.READ)


def test_the_providers_word_replaces_an_events(programme):
    account, stranger = programme.account(), programme.customer()
    discrepancies.open(
        *("account", account.pk, "customer_id", str(account.customer_id), str(stranger.pk)),
        told_by=ToldBy.EVENT,
        event=event_about(account),
    )
    provider_gives(programme, account, stranger)
    assert Discrepancy.objects.get().told_by == ToldBy.READ


def test_an_event_may_tell_of_what_is_not_mirrored(db):
    flag = flagged(Account(pk=account_shape().id, status=""))
    assert AuditEntry.objects.get(action="discrepancy.opened").object_id == str(flag.pk)


# existence: the provider no longer knows what it has not ended.


@pytest.fixture
def vanished(programme) -> Discrepancy:
    """An account that the provider does not know any more."""
    account = programme.account()
    return discrepancies.open("account", account.pk, "existence", account.status, "unknown")


@pytest.mark.parametrize("verdict", ["noted", "keep"])
def test_that_the_provider_does_not_know_it_is_acknowledged(vanished, operator, approver, verdict):
    confirm(propose(vanished, verdict, operator), approver)
    assert account_of(vanished).status == "active"
    again = discrepancies.open("account", vanished.entity_id, "existence", "active", "unknown")
    assert again is None


def test_when_the_provider_knows_it_again_that_is_noted(vanished):
    read(vanished)
    assert now(vanished).agreed_at is not None


def test_there_is_no_word_to_take_about_existence(vanished):
    assert verdicts_for(vanished) == ("noted", "keep")


# One row per fact, whatever is said how often.


def test_a_word_that_changes_is_written_into_the_open_row(found, programme):
    provider_says(programme, account_of(found), "inactive")
    assert Discrepancy.objects.get().told == "inactive"
    assert AuditEntry.objects.filter(action="discrepancy.told_anew").count() == 1


def test_the_same_word_again_changes_and_records_nothing(found):
    before = AuditEntry.objects.count()
    read(found)
    assert AuditEntry.objects.count() == before


def test_a_discrepancy_is_resolved_once(found, operator, approver):
    proposal = propose(found, "keep", operator)
    confirm(proposal, approver)
    with pytest.raises(Refusal):
        confirm(proposal, approver)


def test_an_old_answer_decides_nothing_about_it(found):
    old = datetime(2020, 1, 1, tzinfo=UTC)
    account = account_of(found)
    shape = account_shape(id=str(account.pk), customerId=str(account.customer_id), status="closed")
    mirror.observe(shape, source=Source.SYNC, asked_at=old + timedelta(days=1))
    assert now(found).agreed_at is None
