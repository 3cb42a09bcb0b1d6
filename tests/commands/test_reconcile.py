"""The reconcile command: plans unless told to apply, and its exit says how it went."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts_app.models import Account, Reconciliation
from tests import mirrored
from tests.reconciliation.far_side import forget, unheard

pytestmark = pytest.mark.django_db
State = Reconciliation.State


def printed(*arguments: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[int, str, str]:
    """Run the command, which is to fail; return its exit code, its sentence, what it printed."""
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("reconcile", *arguments, stdout=out)
    return refusal.value.returncode, str(refusal.value), out.getvalue()


@pytest.fixture
def behind(programme, sandbox) -> Account:
    """An account that the mirror believes to be active and the provider says is inactive."""
    account = programme.account()
    unheard(sandbox, "account", account.pk, "inactive")
    return account


def test_by_itself_it_prints_and_takes_nothing_over(behind):
    lines = printed().splitlines()
    assert lines[2].split() == ["account", "1", "1", "0", "1", "0"]
    behind.refresh_from_db()
    assert behind.status == "active"


def test_each_difference_is_told_with_before_and_after(behind):
    (line,) = [line for line in printed().splitlines() if str(behind.pk) in line]
    assert line.startswith(f"account {behind.pk} differs; status active → inactive; since ")
    assert line.endswith("no webhook came")


def test_equal_sides_are_told_as_such(programme, sandbox):
    programme.account()
    assert printed("--check").endswith(": Equal.\n")


def test_check_fails_on_any_difference_and_takes_nothing_over(behind):
    code, sentence, _ = refused("--check")
    assert (code, sentence) == (1, "The mirror and the provider differ.")
    behind.refresh_from_db()
    assert behind.status == "active"


def test_apply_takes_the_differences_over(behind, sandbox):
    assert "; updated\n" in printed("--apply")
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_a_held_plan_fails_with_what_to_do(behind, settings):
    settings.RECONCILE_HOLD_ROWS = 1
    code, sentence, _ = refused("--apply")
    assert code == 2
    made = Reconciliation.objects.get()
    assert made.state == State.HELD
    assert f"/admin/accounts_app/reconciliation/{made.pk}/change/" in sentence


def test_a_plan_that_would_be_held_is_told_as_such(behind, settings):
    settings.RECONCILE_HOLD_ROWS = 1
    assert "It would be held: Accounts: 1 different" in printed()


def test_trouble_with_the_provider_is_one_sentence(sandbox):
    sandbox.faults.add(action="malformed", operation="listAccounts", times=None)
    code, sentence, _ = refused("--check")
    assert code == 2
    assert sentence.endswith("run the command again.")


def test_a_running_comparison_is_not_disturbed(sandbox, operator):
    now = "2999-01-01T00:00:00Z"
    Reconciliation.objects.create(
        trigger="staff", starter=operator, state="running", started_at=now, lease_until=now
    )
    code, sentence, _ = refused("--apply")
    assert (code, sentence.endswith("Wait for it to end.")) == (2, True)


def test_many_differences_are_cut_short_with_the_way_to_the_rest(sandbox):
    for _ in range(25):
        sandbox.world.add_customer()
    told = printed().splitlines()
    assert told[-2].startswith("… and 5 more: http")
    assert len(told) == 4 + 20 + 2


def test_what_the_provider_no_longer_knows_is_told(programme, sandbox):
    account = programme.account()
    forget(sandbox, account.pk)
    assert f"account {account.pk} not known to the provider; contradicted" in printed("--apply")


def test_no_bar_is_drawn_where_nobody_looks(sandbox, capsys):
    printed()
    assert capsys.readouterr().err == ""


def test_check_and_apply_exclude_each_other(sandbox):
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("reconcile", "--check", "--apply")
