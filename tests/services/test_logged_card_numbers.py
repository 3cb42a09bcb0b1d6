"""A card number that stands in a line of the log alone is masked there, and somebody is alerted."""

import logging
import time
from contextlib import ExitStack

import pytest
import requests
from django.core.signals import request_finished
from django.db import OperationalError, connection, transaction

from accounts_app import audit, work
from accounts_app.card_notes import MOST, PAUSE, notes
from accounts_app.models import AuditEntry, Incident
from accounts_app.offblocks import card_numbers
from accounts_app.services import card_alarm
from tests import processes
from tests.test_celery import CELERY, redis_listens

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NUMBER, MASKED = "4111111111111111", "************1111"
LOGGER = "some.library"
PATIENCE = 30  # seconds


@pytest.fixture(autouse=True)
def _not_in_haste(monkeypatch) -> None:
    """Let every test be the first for a while."""
    monkeypatch.setattr(notes, "_taken_at", -PAUSE)


def write(words: str = f"Seen {NUMBER}") -> None:
    """Log a line, as any code does that knows nothing of card numbers."""
    logging.getLogger(LOGGER).warning(words)


def alerts() -> list[tuple[str, int, str]]:
    """Return kind, number and words of the incidents."""
    return list(Incident.objects.order_by("pk").values_list("kind", "number", "words"))


def wait_for_alert() -> str:
    """Wait until there is one, and return its words."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not alerts():
        time.sleep(0.1)
    ((kind, _, words),) = alerts()
    assert kind == Incident.Kind.CARD_NUMBER
    assert not card_numbers.is_in(words)
    return words


def test_s54_it_is_an_incident_once_the_request_is_over(client):
    write()
    assert alerts() == []
    client.get("/livez")
    ((kind, number, words),) = alerts()
    assert (kind, number) == (Incident.Kind.CARD_NUMBER, 1)
    assert LOGGER in words
    assert AuditEntry.objects.filter(action="incident.opened").count() == 1
    assert audit.verify() is None


def test_it_is_told_once_and_its_own_lines_tell_of_none(client):
    write()
    for _ in range(3):
        request_finished.send(sender=None)
    assert alerts()[0][1] == 1
    assert not notes


def test_lines_in_between_are_counted_and_told_together(client, monkeypatch):
    for _ in range(3):
        write()
    request_finished.send(sender=None)
    write()
    request_finished.send(sender=None)
    assert alerts()[0][1] == 3, "in haste nothing is written"
    monkeypatch.setattr(notes, "_taken_at", -PAUSE)
    request_finished.send(sender=None)
    assert alerts()[0][1] == 4


def test_a_line_of_what_is_rolled_back_is_told_afterwards():
    with transaction.atomic():
        write()
        assert not card_alarm.tell_logged(), "it would be rolled back as well"
        transaction.set_rollback(True)
    assert card_alarm.tell_logged()
    assert len(alerts()) == 1


def test_without_a_database_it_is_kept_for_later():
    def away(*_query: object) -> None:
        raise OperationalError

    write()
    with connection.execute_wrapper(away):
        assert not card_alarm.tell_logged()
    assert card_alarm.tell_logged()
    assert alerts()[0][1] == 1


def test_a_flood_takes_no_memory():
    for _ in range(MOST + 5):
        notes.add(LOGGER)
    card_alarm.tell_logged()
    assert alerts()[0][1] == MOST


@pytest.mark.usefixtures("sandbox")
def test_a_round_of_work_tells_as_well():
    write()
    work.run_due()
    assert len(alerts()) == 1


@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_a_server_tells_of_a_path_that_somebody_asked_for(worker):
    with processes.web(worker=worker) as (server, port):
        address = f"http://127.0.0.1:{port}/admin/{NUMBER}/"
        answer = requests.get(address, timeout=PATIENCE, allow_redirects=False)
        words = wait_for_alert()
    assert answer.status_code == 302
    assert "django_structlog" in words
    assert MASKED in server.said
    assert NUMBER not in server.said


def test_a_command_tells_at_its_end():
    line = f"import logging; logging.getLogger({LOGGER!r}).warning('{NUMBER}')"
    with processes.running("manage.py", "shell", "--command", line) as command:
        assert command.end() == 0
    assert LOGGER in wait_for_alert()


def test_the_bundled_worker_tells_after_its_round(sandbox):
    line = f"import logging; logging.getLogger({LOGGER!r}).warning('{NUMBER}')"
    run = "from django.core.management import call_command; call_command('run_worker', once=True)"
    # What happens at a process's end is left out, so that only the round can have told.
    end = "import os; os._exit(0)"
    with processes.running("manage.py", "shell", "-c", f"{line}; {run}; {end}") as command:
        assert command.end() == 0
    assert LOGGER in wait_for_alert()


@pytest.mark.redis
@pytest.mark.skipif(not redis_listens(), reason="No Redis on 127.0.0.1:6379.")
def test_a_celery_workers_main_process_tells_by_itself(tmp_path):
    """It writes lines about tasks and does none: here it is told to do what there is not."""
    options = ("--pool", "prefork", "--concurrency", "1", "--loglevel", "warning")
    send = f"from backoffice.celery import app; app.send_task('{NUMBER}', queue='cards')"
    with ExitStack() as stack:
        worker = stack.enter_context(
            processes.running(
                *("-m", "celery", "-A", "backoffice", "worker", "-Q", "cards", *options), **CELERY
            )
        )
        sender = stack.enter_context(processes.running("-c", _in_django(send), **CELERY))
        assert sender.end() == 0
        words = wait_for_alert()
        assert "celery.worker" in words
        assert NUMBER not in worker.said


def _in_django(line: str) -> str:
    return f"import sys; sys.path.insert(0, '.'); import django; {line}"


@pytest.mark.redis
@pytest.mark.skipif(not redis_listens(), reason="No Redis on 127.0.0.1:6379.")
def test_celerys_beat_tells_when_it_asks_for_work(tmp_path):
    environment = CELERY | {"WORK_POLL_INTERVAL": "0.5"}
    line = (
        "import logging, sys; sys.argv = ['celery', '-A', 'backoffice', 'beat', '-s', "
        f"{str(tmp_path / 'beat')!r}, '--pidfile=']; "
        "from celery.signals import beat_init; "
        f"beat_init.connect(lambda **_: logging.getLogger({LOGGER!r}).warning('{NUMBER}'), "
        "weak=False); from celery.__main__ import main; main()"
    )
    with processes.running("-c", line, **environment) as beat:
        words = wait_for_alert()
        assert LOGGER in words
        assert NUMBER not in beat.said
