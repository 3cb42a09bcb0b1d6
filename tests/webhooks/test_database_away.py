"""W24: while the database is away nothing is acknowledged, and afterwards it is told of."""

import pytest
from django.db import OperationalError, connection

from accounts_app.models import RefusedDelivery, WebhookEvent
from tests import processes
from tests.deliveries import event
from tests.webhooks.plug import plugged
from tests.webhooks.served import PROOF, post

NUMBERED = "0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f{:04x}"
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def away(*_arguments: object) -> None:
    """Fail as a database does that is not there."""
    raise OperationalError("gone")


@pytest.fixture
def postgresql(transactional_db) -> tuple[str, int]:
    """Where the database listens; embedded ones have no cable."""
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database is in the process")
    parts = connection.settings_dict
    return parts["HOST"], int(parts["PORT"] or 5432)


def test_w24_without_a_database_nothing_is_acknowledged(transactional_db):
    nowhere = {"DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none"}
    with processes.web(**nowhere, **PROOF) as (_, port):
        response = post(port, event())
    assert (response.status_code, list(response.json())) == (503, ["detail"])


@pytest.mark.parametrize("worker", ["gthread", "sync"])
def test_w24_what_was_acknowledged_around_an_outage_is_what_is_stored(postgresql, worker):
    bodies = [event(eventId=NUMBERED.format(number)) for number in range(30)]
    with plugged(postgresql) as plug:
        url = processes.database_url().replace(f":{postgresql[1]}/", f":{plug.port}/")
        with processes.web(worker=worker, DATABASE_URL=url, **PROOF) as (_, port):
            before = [post(port, body).status_code for body in bodies[:10]]
            plug.pull()
            during = [post(port, body).status_code for body in bodies[10:20]]
            plug.put_back()
            after = [post(port, body).status_code for body in bodies[20:]]
    assert (set(before), set(during)) == ({200}, {503})
    acknowledged = [
        body for body, code in zip(bodies, before + during + after, strict=True) if code == 200
    ]
    stored = WebhookEvent.objects.order_by("pk").values_list("body", flat=True)
    assert [bytes(body) for body in stored] == acknowledged
    assert after[-5:] == [200] * 5


def test_w24_an_outage_is_counted_once_it_is_over(intake):
    with connection.execute_wrapper(away):
        codes = [intake.post(event()).status_code for _ in range(3)]
    intake.post(event())
    assert codes == [503] * 3
    row = RefusedDelivery.objects.get()
    assert (row.reason, row.number) == ("intake_down", 3)


def test_a_refusal_is_answered_although_it_cannot_be_counted(intake):
    with connection.execute_wrapper(away):
        assert intake.post(event(), {}).status_code == 401
    intake.post(event(), {})
    assert RefusedDelivery.objects.get().number == 2
