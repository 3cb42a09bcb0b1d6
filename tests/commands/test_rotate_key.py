"""The command rotate_key: no operation is lost, and nothing resumes by itself."""

import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command

from accounts_app import conf
from accounts_app.models import AuditEntry, Operation
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.errors import NotAuthorised
from accounts_app.services import pausing, sending
from tests.factories import ask
from tests.services.test_send import advanced

pytestmark = pytest.mark.django_db


def pem_of(key) -> str:
    """Return a private key as PEM."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    return key.private_bytes(*form, serialization.NoEncryption()).decode()


@pytest.fixture
def new_key(tmp_path):
    """A new private key in a file of ours."""
    file = tmp_path / "new_signing_key.pem"
    file.write_text(pem_of(ec.generate_private_key(ec.SECP384R1())))
    file.chmod(0o400)
    return file


def rotate(file, **options) -> None:
    """Run the command."""
    call_command("rotate_key", str(file), reason="Yearly change", **options)


def take_over(settings, file, said: str) -> None:
    """Do what the command says: give the processes the new key."""
    settings.OFFBLOCKS_SIGNING_KEY = Secret(file.read_text())
    settings.OFFBLOCKS_SIGNING_KEY_ID = re.search("KEY_ID=(\\S+)", said)[1]


def test_the_provider_takes_the_new_key_and_only_that(sandbox, new_key, settings, capsys):
    rotate(new_key)
    with pytest.raises(NotAuthorised):
        conf.client().list_subscriptions()
    take_over(settings, new_key, capsys.readouterr().out)
    assert conf.client().list_subscriptions().value == []


def test_sending_stays_paused_until_it_is_let_on_with_the_new_key(
    sandbox, new_key, settings, capsys
):
    rotate(new_key)
    with pytest.raises(CommandError, match="a test read failed"):
        call_command("resume_sending", reason="Key changed")
    take_over(settings, new_key, capsys.readouterr().out)
    call_command("resume_sending", reason="Key changed")
    assert pausing.current() is None


def test_what_was_approved_before_is_sent_after_with_the_new_key(
    programme, operator, new_key, settings, capsys
):
    operation = ask("deactivate", programme.account(), operator)
    rotate(new_key)
    assert advanced(operation).state == Operation.State.APPROVED
    take_over(settings, new_key, capsys.readouterr().out)
    call_command("resume_sending", reason="Key changed")
    Operation.objects.update(next_at=operation.requested_at)
    assert advanced(operation).state == Operation.State.SUCCEEDED


def test_the_change_is_one_audit_entry_without_the_key(sandbox, new_key, operator, settings):
    before = settings.OFFBLOCKS_SIGNING_KEY_ID
    rotate(new_key, username="operator")
    entry = AuditEntry.objects.get(action="signing_key.changed")
    assert (entry.actor, entry.reason) == (operator, "Yearly change")
    assert entry.before == {"key_id": before}
    assert entry.after.keys() == {"key_id"}
    assert entry.after["key_id"] != before


def test_repeating_it_with_the_same_file_is_safe(sandbox, new_key, capsys):
    rotate(new_key)
    first = capsys.readouterr().out
    rotate(new_key)
    assert capsys.readouterr().out == first


def test_while_something_is_being_sent_nothing_is_changed(programme, operator, new_key):
    sending._claim(ask("deactivate", programme.account(), operator))
    with pytest.raises(CommandError, match=r"still being sent\. Nothing was changed"):
        rotate(new_key, drain=0)
    assert pausing.current() is not None
    assert conf.client().list_subscriptions().value == []


def test_a_lost_answer_says_to_repeat_it(sandbox, new_key, settings, capsys):
    sandbox.faults.add(operation="putSigningKey", action="drop_reply", times=9)
    with pytest.raises(CommandError, match="Run this again with the same file"):
        rotate(new_key)
    assert pausing.current() is not None
    entry = AuditEntry.objects.get(action="signing_key.sent")
    assert (entry.reason, entry.after) == ("Yearly change", {"key_id": "not known"})
    sandbox.faults.clear()
    rotate(new_key)
    take_over(settings, new_key, capsys.readouterr().out)
    assert conf.client().list_subscriptions().value == []


def test_a_new_key_the_provider_does_not_accept_is_told_at_once(sandbox, new_key):
    sandbox.faults.add(operation="listWebhooks", action="status", code=401, times=9)
    with pytest.raises(CommandError, match="A read signed with it failed"):
        rotate(new_key)
    assert pausing.current() is not None


def test_the_key_in_use_is_no_new_one(sandbox, new_key, settings):
    new_key.chmod(0o600)
    new_key.write_text(settings.OFFBLOCKS_SIGNING_KEY.reveal())
    with pytest.raises(CommandError, match="is the one in use"):
        rotate(new_key)
    assert pausing.current() is None


@pytest.mark.parametrize(
    "text", ["", "no key", pem_of(ec.generate_private_key(ec.SECP256R1()))], ids=["", "-", "P-256"]
)
def test_what_is_no_p384_key_is_refused_before_anything_stops(sandbox, new_key, text):
    new_key.chmod(0o600)
    new_key.write_text(text)
    with pytest.raises(CommandError, match="is not a P-384 private key"):
        rotate(new_key)
    assert pausing.current() is None


def test_a_file_others_can_read_is_refused(sandbox, new_key):
    new_key.chmod(0o444)
    with pytest.raises(CommandError, match="Type: chmod 400"):
        rotate(new_key)


def test_a_file_that_is_not_there_is_refused(sandbox, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        rotate(tmp_path / "nothing.pem")


def test_a_person_without_the_right_is_refused(sandbox, new_key, viewer):
    with pytest.raises(CommandError, match="You may not pause sending"):
        rotate(new_key, username="viewer")
    assert pausing.current() is None
