"""Contradictions that last: told once, then known; acknowledged ones are neither told nor taken."""

import pytest
from django.core.management import call_command

from accounts_app import mirror, schedule
from accounts_app.models import Account, AuditEntry, Discrepancy, Reconciliation, Source
from accounts_app.reconciliation import record
from accounts_app.services import refresh
from tests.admin.pages import signed_in, text_of
from tests.admin.resolving import page_of
from tests.reconciliation.far_side import compared, forget, found
from tests.services.stuck import confirm, contradicted, propose, provider_gives, provider_says

pytestmark = pytest.mark.django_db
State = Reconciliation.State


@pytest.fixture
def disputed(programme) -> Discrepancy:
    """A closed account of which the provider says that it is active."""
    return contradicted(programme)


@pytest.fixture
def kept(disputed, operator, approver) -> Discrepancy:
    """Two people kept what we hold."""
    return ended(disputed, "keep", operator, approver)


def ended(discrepancy, verdict, operator, approver) -> Discrepancy:
    """Let two people end it."""
    confirm(propose(now(discrepancy), verdict, operator), approver)
    return now(discrepancy)


def now(discrepancy) -> Discrepancy:
    """Return the discrepancy as it is now."""
    return Discrepancy.objects.get(pk=discrepancy.pk)


def account_of(discrepancy) -> Account:
    """Return the account it is about."""
    return Account.objects.get(pk=discrepancy.entity_id)


def open_ones() -> list[tuple[str, str]]:
    """Return what is open: the fact and what was told of it."""
    return list(Discrepancy.objects.filter(resolved_at=None).values_list("what", "told"))


def test_what_is_acknowledged_is_not_said_to_be_taken_over(kept):
    for _ in range(3):
        made = compared()
        assert (made.state, found(made)) == (State.EQUAL, [])
        assert record.known(made) == "Contradictions: 1 known, acknowledged."
    assert account_of(kept).status == "closed"


def test_nor_does_it_fill_the_audit(kept):
    before = AuditEntry.objects.count()
    compared()
    compared()
    assert AuditEntry.objects.count() == before


def test_what_waits_for_people_is_told_by_the_first_comparison_only(programme):
    account, stranger = programme.account(), programme.customer()
    forget(programme.sandbox, account.pk)
    assert found(compared()) == [("account", "missing_there", "contradicted")]
    made = compared()
    assert (made.state, found(made)) == (State.EQUAL, [])
    assert record.known(made) == "Contradictions: 1 waiting for two people."
    assert stranger.accounts.count() == 0


def test_another_word_is_news(kept, programme):
    compared()
    programme.sandbox.world.change("account", str(kept.entity_id), "inactive")
    made = compared()
    assert (made.state, found(made)) == (State.APPLIED, [("account", "differs", "contradicted")])


def test_beside_what_is_acknowledged_the_rest_is_told_and_taken_over(programme, operator, approver):
    account = programme.account()
    provider_gives(programme, account, programme.customer())
    ended(Discrepancy.objects.get(), "keep", operator, approver)
    programme.sandbox.world.change("account", str(account.pk), "inactive")
    made = compared()
    assert found(made) == [("account", "differs", "updated")]
    assert made.drifts.get().changed == {"status": ["active", "inactive"]}


def test_the_job_and_the_command_say_so_too(kept, capsys):
    assert schedule.sweep().endswith(": Equal. Contradictions: 1 known, acknowledged.")
    call_command("reconcile", apply=True)
    assert "Equal. Contradictions: 1 known, acknowledged." in capsys.readouterr().out


def test_the_comparisons_page_says_so_too(kept, viewer):
    text = text_of(signed_in(viewer).get(page_of(compared())))
    assert "Nothing new differed." in text
    assert "Contradictions: 1 known, acknowledged." in text


# The entity's own page.


def test_the_entitys_page_keeps_a_quiet_line(kept, viewer):
    answer = signed_in(viewer).get(page_of(account_of(kept)))
    assert "Two people have acknowledged it" in text_of(answer)
    assert page_of(kept) in answer.content.decode()
    assert "note--danger" not in answer.content.decode()


def test_the_line_goes_when_the_provider_agrees_and_comes_back_with_its_word(
    kept, programme, viewer
):
    address = page_of(account_of(kept))
    for status, is_told in (("closed", False), ("active", True)):
        provider_says(programme, account_of(kept), status)
        text = text_of(signed_in(viewer).get(address))
        assert ("Two people have acknowledged it" in text) is is_told
    assert open_ones() == []


# Keep, then another word, then back.


def test_an_acknowledged_word_is_not_written_over_another_one(kept, programme):
    provider_says(programme, account_of(kept), "inactive")
    provider_says(programme, account_of(kept), "active")
    waiting = Discrepancy.objects.get(resolved_at=None)
    assert waiting.told == "inactive"
    assert waiting.agreed_at is not None


def test_it_is_said_that_the_other_word_was_taken_back(kept, programme, viewer):
    provider_says(programme, account_of(kept), "inactive")
    provider_says(programme, account_of(kept), "active")
    text = text_of(signed_in(viewer).get(page_of(Discrepancy.objects.get(resolved_at=None))))
    assert "the provider has not said so any more" in text
    assert "agreed with us" not in text
    entry = AuditEntry.objects.get(action="discrepancy.agreed")
    assert entry.result == "The provider is back at active, which two people have acknowledged."


def test_once_noted_nothing_is_open_and_the_first_word_is_still_known(
    kept, programme, operator, approver
):
    provider_says(programme, account_of(kept), "inactive")
    provider_says(programme, account_of(kept), "active")
    ended(Discrepancy.objects.get(resolved_at=None), "noted", operator, approver)
    made = compared()
    assert (made.state, open_ones()) == (State.EQUAL, [])
    assert record.known(made) == "Contradictions: 1 known, acknowledged."


def test_the_other_word_said_once_more_blocks_as_before(kept, programme):
    for status in ("inactive", "active", "inactive"):
        provider_says(programme, account_of(kept), status)
    assert Discrepancy.objects.get(resolved_at=None).agreed_at is None
    assert open_ones() == [("status", "inactive")]


# Gone, noted, there again, gone again.


@pytest.mark.parametrize("verdict", ["noted", "keep"])
def test_what_was_there_again_and_is_gone_again_is_told_anew(
    programme, operator, approver, sandbox, verdict
):
    account = programme.account()
    shown = sandbox.world.entities.find(str(account.pk))
    forget(sandbox, account.pk)
    compared()
    ended(Discrepancy.objects.get(), verdict, operator, approver)
    assert compared().state == State.EQUAL
    sandbox.world.entities.add(shown)
    assert refresh.account(account.pk, source=Source.WEBHOOK).outcome is mirror.Outcome.UNCHANGED
    forget(sandbox, account.pk)
    assert found(compared()) == [("account", "missing_there", "contradicted")]
    assert [what for what, _ in open_ones()] == ["existence"]


def test_what_is_acknowledged_as_gone_has_its_line(programme, operator, approver, sandbox, viewer):
    account = programme.account()
    forget(sandbox, account.pk)
    compared()
    ended(Discrepancy.objects.get(), "noted", operator, approver)
    text = text_of(signed_in(viewer).get(page_of(account)))
    assert "the provider did not know it any more. Two people have acknowledged it" in text
