"""The plug pulled at the worst moments: what was acknowledged is there, the rest comes again."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from accounts_app import work
from accounts_app.models import Account, Snapshot, WebhookEvent
from tests import mirrored, processes
from tests.deliveries import event, receive
from tests.webhooks.served import PROOF, SPOILT, is_acknowledged, post

State = WebhookEvent.State
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("worker", ["gthread", "sync"])
@pytest.mark.parametrize(("moment", "stored"), [("before the commit", 0), ("after the commit", 1)])
def test_w25_a_delivery_during_which_the_server_is_killed_is_stored_once(
    transactional_db, tmp_path, worker, moment, stored
):
    dying = {"DIES_AT": moment, "DIED": str(tmp_path / "died")}
    with processes.web(SPOILT, worker, **dying, **PROOF) as (_, port):
        assert not is_acknowledged(port, event())
        assert WebhookEvent.objects.count() == stored
        assert post(port, event()).status_code == 200
    assert bytes(WebhookEvent.objects.get().body) == event()


def ended_by(moment: str, died: Path) -> int:
    """Let a worker do one round that it does not survive; return how it ended."""
    command = [sys.executable, "-m", SPOILT]
    environment = processes.environment(DIES_AT=moment, DIED=str(died))
    return subprocess.run(command, cwd=processes.ROOT, env=environment, check=False).returncode


@pytest.mark.parametrize("moment", ["after the read", "after the mirror", "before the settlement"])
def test_w26_what_a_killed_worker_was_at_is_done_again(programme, sandbox, tmp_path, moment):
    account = programme.account()
    sandbox.deliveries.take()
    sandbox.world.change("account", str(account.pk), "inactive")
    receive(*sandbox.deliveries.take())
    assert ended_by(moment, tmp_path / "died") == -signal.SIGKILL
    assert WebhookEvent.objects.get().state == State.PENDING
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        work.run_due()
    assert WebhookEvent.objects.get().state == State.DONE
    assert mirrored.mirror() == mirrored.provider(sandbox)
    assert Account.objects.get().status == "inactive"
    assert Snapshot.objects.filter(entity_id=account.pk).count() == 2
