"""The sync command: a table of what came of it, or one sentence of what went wrong."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts_app.models import Reconciliation
from accounts_app.offblocks.credentials import Secret
from tests.admin import rows

pytestmark = pytest.mark.django_db


def printed(command: str, *arguments: str) -> str:
    """Run a command and return what it printed."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_the_table_counts_outcomes_by_kind(sandbox, capsys):
    sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
    rows = [line.split() for line in printed("sync").splitlines()]
    assert rows[0][:3] == ["created", "updated", "unchanged"]
    assert [row[:2] for row in rows[1:]] == [["customer", "1"], ["account", "1"], ["card", "0"]]


def test_no_bar_is_drawn_where_nobody_looks(sandbox, capsys):
    printed("sync")
    assert capsys.readouterr().err == ""


def test_rows_that_are_not_listed_are_told(programme):
    programme.customer()
    programme.sandbox.world.entities._store.rows("DELETE FROM entities")
    assert printed("sync").splitlines()[1].split() == ["customer", *"0000001"]


def test_what_is_held_for_two_people_is_not_taken_over_by_the_way(sandbox):
    account = rows.account(status="active")
    rows.comparison(account)
    with pytest.raises(CommandError, match="is held for two people"):
        printed("sync")
    Reconciliation.objects.update(state=Reconciliation.State.DISCARDED)
    assert "customer" in printed("sync")


def test_trouble_with_the_provider_is_one_sentence(sandbox):
    sandbox.faults.add(action="malformed", operation="listAccounts", times=None)
    with pytest.raises(CommandError, match="run the command again"):
        printed("sync")


def test_refused_credentials_are_one_sentence(sandbox, settings):
    settings.OFFBLOCKS_API_SECRET = Secret("wrong")
    with pytest.raises(CommandError, match="refused our credentials"):
        printed("sync")
