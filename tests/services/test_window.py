"""The window in which a key may be sent: it opens once, and nobody who slept sends after it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app import conf
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Operation, Pause
from accounts_app.services import pausing, sending
from tests.factories import ask, customer_shape
from tests.mirror.test_observe import show
from tests.services.test_send import advanced, effects, when_due
from tests.services.test_sign import account, signature_of  # noqa: F401 -- a fixture

State = Operation.State
LATER = "2100-01-01T00:00:00.000000Z"


@pytest.fixture
def doubtful(programme, operator, sandbox) -> Operation:
    """A deactivation that was sent and never arrived, though nobody knows that."""
    sandbox.faults.add(operation="deactivateAccount", action="kill_before", times=9)
    return advanced(ask("deactivate", programme.account(), operator))


def test_a_resend_does_not_move_the_end_of_the_window(doubtful):
    again = when_due(when_due(doubtful))
    assert again.attempts.count() == 3
    assert again.first_sent_at == doubtful.first_sent_at
    assert again.resend_deadline == doubtful.resend_deadline


def test_a_window_opens_when_the_provider_first_hears_of_the_key(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="status", code=429)
    put_off = advanced(ask("deactivate", programme.account(), operator))
    assert (put_off.state, put_off.ambiguous) == (State.APPROVED, False)
    sandbox.faults.add(operation="deactivateAccount", action="kill_before")
    again = when_due(put_off)
    assert (again.state, again.attempts.count()) == (State.UNCERTAIN, 2)
    assert again.resend_deadline == put_off.resend_deadline
    assert again.first_sent_at == put_off.first_sent_at


def test_what_never_left_opens_no_window(programme, operator, sandbox, settings):
    asked = ask("deactivate", programme.account(), operator)
    settings.OFFBLOCKS_BASE_URL, there = "http://127.0.0.1:9/v1", settings.OFFBLOCKS_BASE_URL
    unsent = advanced(asked)
    assert (unsent.state, unsent.attempts.get().result) == (State.APPROVED, "not_sent")
    settings.OFFBLOCKS_BASE_URL = there
    sandbox.faults.add(operation="deactivateAccount", action="kill_before")
    again = when_due(unsent)
    assert again.state == State.UNCERTAIN
    assert again.resend_deadline > unsent.resend_deadline


def test_o22_a_worker_that_slept_past_the_window_sends_nothing(doubtful, sandbox):
    with time_machine.travel(doubtful.resend_deadline - timedelta(seconds=30), tick=True) as clock:
        sending._claim(doubtful)
        clock.shift(timedelta(minutes=1))
        with pytest.raises(AlreadyMoved):
            sending._begin(doubtful)
    assert doubtful.attempts.count() == 1


def test_o22_a_worker_frozen_right_before_the_send_sends_nothing(
    programme, operator, sandbox, monkeypatch
):
    operation, real = ask("deactivate", programme.account(), operator), conf.client
    with time_machine.travel(timezone.now(), tick=True) as clock:

        def thawed():
            clock.shift(timedelta(minutes=4))
            return real()

        monkeypatch.setattr(conf, "client", thawed)
        operation = advanced(operation)
    assert operation.state == State.APPROVED
    assert effects(sandbox, operation) == []


@pytest.mark.parametrize("ambiguous", [False, True])
def test_a_pause_that_comes_with_the_claim_is_obeyed(programme, operator, sandbox, ambiguous):
    operation = ask("deactivate", programme.account(), operator)
    state = State.UNCERTAIN if ambiguous else State.APPROVED
    Operation.objects.update(state=state, ambiguous=ambiguous)
    operation.refresh_from_db()
    # The worker has looked: sending was not paused. Then somebody stops it.
    pausing.pause(Pause.Cause.HAND, "Stop everything", person=operator)
    sending.send(operation)
    assert (operation.state, operation.attempts.count()) == (state, 0)
    assert effects(sandbox, operation) == []


def test_what_is_sent_is_what_was_asked_for(account, operator, sandbox):  # noqa: F811
    signature = signature_of(account, sandbox)
    operation = ask("sign_challenge", account, operator, fields={"signature": signature})
    # Meanwhile the provider tells that the customer has another wallet.
    owner = account.customer
    told = {"id": str(owner.pk), "externalId": owner.external_id, "updatedAt": LATER}
    show(customer_shape(**told, chainId=f"eip155:324:0x{'12' * 20}"))
    assert advanced(operation).state == State.SUCCEEDED
