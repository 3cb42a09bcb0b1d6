"""The commands pause_sending and resume_sending: stop, wait until all is sent, go on."""

import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts_app import audit
from accounts_app.models import AuditEntry, Operation, Pause
from accounts_app.services import pausing, sending
from tests.factories import ask
from tests.services.test_pausing import break_the_chain

pytestmark = pytest.mark.django_db
State = Operation.State


@pytest.fixture
def being_sent(programme, operator) -> Operation:
    """An operation that a worker has claimed."""
    operation = ask("deactivate", programme.account(), operator)
    sending._claim(operation)
    return operation


def test_it_pauses_and_says_since_when_and_why(capsys):
    call_command("pause_sending", reason="New signing key")
    assert pausing.current().cause == Pause.Cause.MAINTENANCE
    said = capsys.readouterr().out
    assert said.startswith("Sending is paused. Maintenance, since ")
    assert said.endswith(": New signing key\nNothing is being sent.\n")


def test_it_acts_in_the_programmes_name():
    call_command("pause_sending", reason="New signing key")
    assert pausing.current().person == audit.system_user()


def test_it_acts_in_a_persons_name_with_their_rights(operator):
    call_command("pause_sending", reason="New signing key", username="operator")
    assert AuditEntry.objects.get().actor == operator


def test_a_person_without_the_right_is_refused(viewer):
    with pytest.raises(CommandError, match=r"^You may not pause sending\.$"):
        call_command("pause_sending", reason="New signing key", username="viewer")


def test_a_name_nobody_has_is_refused(db):
    with pytest.raises(CommandError, match="Nobody who may sign in is called nobody"):
        call_command("pause_sending", reason="New signing key", username="nobody")


def test_a_reason_is_demanded(db):
    with pytest.raises(CommandError, match="--reason"):
        call_command("pause_sending")


def test_twice_is_one_pause_and_tells_the_first(capsys):
    call_command("pause_sending", reason="New signing key")
    call_command("pause_sending", reason="Something else")
    assert "New signing key" in capsys.readouterr().out.splitlines()[-2]


@pytest.mark.usefixtures("being_sent")
def test_what_is_still_being_sent_is_told(capsys):
    call_command("pause_sending", reason="New signing key")
    assert capsys.readouterr().out.endswith("1 operation is still being sent.\n")


@pytest.mark.usefixtures("being_sent")
def test_what_does_not_drain_in_time_is_an_error():
    with pytest.raises(CommandError, match="1 operation is still being sent"):
        call_command("pause_sending", reason="New signing key", drain=0.1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_it_waits_until_the_last_one_is_sent(being_sent, capsys):
    def end() -> None:
        time.sleep(0.3)
        Operation.objects.filter(pk=being_sent.pk).update(state=State.ACCEPTED)
        connection.close()

    ending = threading.Thread(target=end)
    ending.start()
    call_command("pause_sending", reason="New signing key", drain=20)
    ending.join()
    assert capsys.readouterr().out.endswith("Nothing is being sent.\n")


def test_resuming_lets_sending_go_on(sandbox, capsys):
    call_command("pause_sending", reason="New signing key")
    call_command("resume_sending", reason="Key changed")
    assert pausing.current() is None
    assert capsys.readouterr().out.endswith("Sending goes on.\n")


def test_resuming_says_what_is_still_wrong(sandbox):
    call_command("pause_sending", reason="New signing key")
    sandbox.faults.add(operation="listWebhooks", action="status", code=403)
    with pytest.raises(CommandError, match=r"^Sending stays paused: a test read failed\."):
        call_command("resume_sending", reason="Key changed")


def test_resuming_in_a_persons_name_needs_their_right(sandbox, operator):
    call_command("pause_sending", reason="New signing key")
    with pytest.raises(CommandError, match="You may not let sending go on"):
        call_command("resume_sending", reason="Key changed", username="operator")


def test_without_a_pause_there_is_nothing_to_resume(sandbox):
    with pytest.raises(CommandError, match=r"^Sending is not paused\.$"):
        call_command("resume_sending", reason="Key changed")


def test_a_named_fault_of_the_chain_is_acknowledged_in_a_persons_name(sandbox, approver):
    pausing.pause(Pause.Cause.CHAIN, "Audit entry 1: altered.")
    break_the_chain()
    told = {"reason": "Known", "acknowledge": "1: altered"}
    with pytest.raises(CommandError, match="Only a person"):
        call_command("resume_sending", **told)
    call_command("resume_sending", **told, username="approver")
    assert pausing.current() is None


def test_what_names_no_fault_is_refused(sandbox, approver):
    pausing.pause(Pause.Cause.CHAIN, "Audit entry 1: altered.")
    with pytest.raises(CommandError, match="such as '17: altered'"):
        call_command("resume_sending", reason="Known", acknowledge="all", username="approver")
