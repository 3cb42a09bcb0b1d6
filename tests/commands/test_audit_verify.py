"""The audit_verify command: all entries hold, or the first that does not is named."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts_app.models import AuditEntry
from accounts_app.services import refresh


@pytest.fixture
def _acts(programme, operator):
    """Three acts of a person."""
    account = programme.account()
    for _ in range(3):
        refresh.on_request(account, person=operator)


@pytest.mark.usefixtures("_acts")
def test_an_unbroken_chain_is_confirmed(capsys):
    call_command("audit_verify")
    assert capsys.readouterr().out == "All 3 audit entries hold.\n"


def test_an_empty_chain_holds(db, capsys):
    call_command("audit_verify")
    assert capsys.readouterr().out == "All 0 audit entries hold.\n"


@pytest.mark.usefixtures("_acts")
def test_the_first_bad_entry_is_named():
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {AuditEntry._meta.db_table} SET actor_name = 'nobody' WHERE sequence >= 2"  # noqa: S608
        )
    with pytest.raises(CommandError, match=r"^Audit entry 2: altered\.$"):
        call_command("audit_verify")
