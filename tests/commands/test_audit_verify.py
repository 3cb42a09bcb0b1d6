"""The audit_verify command: all entries hold, or the first that does not is named."""

import pytest
from django.core.management import CommandError, call_command

from accounts_app import schedule
from accounts_app.models import AuditEntry
from accounts_app.services import refresh
from tests.guarded import unguarded


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
    with unguarded() as cursor:
        cursor.execute(
            f"UPDATE {AuditEntry._meta.db_table} SET actor_name = 'nobody' WHERE sequence >= 2"  # noqa: S608
        )
    with pytest.raises(CommandError, match=r"^Audit entry 2: altered\.$"):
        call_command("audit_verify")


@pytest.mark.usefixtures("_acts")
def test_a_part_of_the_chain_is_verified_by_itself(capsys):
    call_command("audit_verify", first=2, last=3)
    assert capsys.readouterr().out == "Audit entries 2 to 3 hold.\n"
    with unguarded() as cursor:
        cursor.execute(f"UPDATE {AuditEntry._meta.db_table} SET reason = 'x' WHERE sequence = 1")  # noqa: S608
    call_command("audit_verify", first=3)


@pytest.mark.usefixtures("_acts")
def test_a_part_that_is_not_there_does_not_hold():
    with pytest.raises(CommandError, match=r"^Audit entry 4: missing\.$"):
        call_command("audit_verify", first=2, last=9)


def forge(statement):
    """Change the chain behind the database's guards."""
    with unguarded() as cursor:
        cursor.execute(statement.format(table=AuditEntry._meta.db_table))


@pytest.mark.usefixtures("_acts")
def test_without_an_end_a_part_goes_to_the_newest_entry(capsys):
    call_command("audit_verify", first=2)
    assert capsys.readouterr().out == "Audit entries 2 to 3 hold.\n"
    # One entry less, and yet the last one is looked at.
    forge("DELETE FROM {table} WHERE sequence = 1")
    forge("UPDATE {table} SET reason = 'x' WHERE sequence = 3")
    with pytest.raises(CommandError, match=r"^Audit entry 3: altered\.$"):
        call_command("audit_verify", first=3)


@pytest.mark.usefixtures("_acts")
def test_a_part_that_begins_behind_the_end_does_not_hold():
    with pytest.raises(CommandError, match=r"^Audit entry 4: missing\.$"):
        call_command("audit_verify", first=4)


@pytest.mark.usefixtures("_acts")
def test_a_part_without_an_end_reaches_to_what_was_anchored(settings, tmp_path, anchor_key_pem):
    settings.AUDIT_ANCHOR_KEY, settings.AUDIT_ANCHOR_DIRECTORY = anchor_key_pem, str(tmp_path)
    schedule.anchor_chain()
    forge("DELETE FROM {table} WHERE sequence = 3")
    call_command("audit_verify", first=1, last=2)
    with pytest.raises(CommandError, match=r"^Audit entry 3: missing, though it was anchored\.$"):
        call_command("audit_verify", first=2)
    with pytest.raises(CommandError, match=r"^Audit entry 3: missing, though it was anchored\.$"):
        call_command("audit_verify", first=1, last=2, anchor="last")


@pytest.mark.usefixtures("_acts")
def test_what_a_verification_found_is_kept():
    call_command("audit_verify")
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.result) == ("chain.verified", "All 3 entries hold.")


@pytest.mark.usefixtures("_acts")
def test_an_anchor_that_is_asked_for_must_be_there():
    with pytest.raises(CommandError, match="There is no anchor"):
        call_command("audit_verify", anchor="last")


@pytest.mark.usefixtures("_acts")
def test_the_chain_is_held_against_an_anchors_file(settings, tmp_path, anchor_key_pem, capsys):
    settings.AUDIT_ANCHOR_KEY, settings.AUDIT_ANCHOR_DIRECTORY = anchor_key_pem, str(tmp_path)
    schedule.anchor_chain()
    settings.AUDIT_ANCHOR_DIRECTORY = ""
    call_command("audit_verify", anchor=str(tmp_path / "anchor-000000000003.json"))
    assert "Entry 3 was anchored at " in capsys.readouterr().out
