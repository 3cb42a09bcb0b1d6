"""Tokens that die, credentials that are refused or changed: rows O9, O10 and O25."""

from functools import partial

import pytest
from django.core.management import CommandError, call_command

from accounts_app import work
from accounts_app.errors import Refusal
from accounts_app.models import Operation, Pause
from accounts_app.services import pausing, sending
from tests.factories import ask
from tests.faults.together import at_once
from tests.services.test_send import advanced, effects, when_due

State = Operation.State
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def change_credentials(sandbox) -> None:
    """Have the provider accept other credentials than ours."""
    sandbox.tokens.replace(sandbox.api_key, "another secret than ours")


@committing
def test_o09_a_dead_token_is_renewed_once_for_all_threads(programme, operator, sandbox, caplog):
    operations = [ask("deactivate", programme.account(), operator) for _ in range(4)]
    sandbox.tokens.revoke()
    caplog.clear()
    at_once(*[partial(work.advance, operation.pk) for operation in operations])
    states = Operation.objects.values_list("state", flat=True)
    assert set(states) == {State.SUCCEEDED}
    assert caplog.text.count("POST /v1/auth/token -> 200") == 1


@committing
def test_o09_what_was_sent_with_a_dead_token_keeps_its_key(programme, operator, sandbox):
    operation = ask("deactivate", programme.account(), operator)
    key = operation.key
    sandbox.tokens.revoke()
    operation = advanced(operation)
    assert (operation.state, operation.key) == (State.SUCCEEDED, key)
    assert len(effects(sandbox, operation)) == 1


def test_o10_credentials_refused_twice_stop_all_sending(programme, operator, sandbox):
    first, second = (ask("deactivate", programme.account(), operator) for _ in range(2))
    change_credentials(sandbox)
    first, second = advanced(first), advanced(second)
    assert (first.state, second.state) == (State.FAILED, State.APPROVED)
    assert pausing.current().cause == Pause.Cause.CREDENTIALS
    assert second.attempts.count() == 0


def test_o10_sending_goes_on_only_with_good_credentials(programme, operator, approver, sandbox):
    operation = ask("deactivate", programme.account(), operator)
    good, _ = sandbox.api_secret, change_credentials(sandbox)
    pausing.pause(Pause.Cause.CREDENTIALS, "The provider refused our credentials (401).")
    with pytest.raises(Refusal, match="refused our credentials"):
        pausing.resume(person=approver, reason="Try again")
    sandbox.tokens.replace(sandbox.api_key, good)
    pausing.resume(person=approver, reason="The secret is back")
    assert advanced(operation).state == State.SUCCEEDED


def test_o25_keys_are_not_changed_while_something_is_being_sent(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    sending._claim(operation)
    with pytest.raises(CommandError, match=r"^1 operation is still being sent\. Change no key"):
        call_command("pause_sending", reason="New signing key", drain=0)


def test_o25_what_is_being_sent_comes_to_its_end_while_paused(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    sending._claim(operation)
    call_command("pause_sending", reason="New signing key")
    assert when_due(operation).state == State.APPROVED
    call_command("pause_sending", reason="New signing key", drain=0)


def test_o25_sending_does_not_go_on_with_a_key_the_provider_does_not_know(
    programme, approver, settings
):
    pausing.pause(Pause.Cause.MAINTENANCE, "New signing key")
    settings.OFFBLOCKS_SIGNING_KEY_ID = "not uploaded yet"
    with pytest.raises(Refusal, match="test read failed"):
        pausing.resume(person=approver, reason="Key changed")
    assert pausing.current()
