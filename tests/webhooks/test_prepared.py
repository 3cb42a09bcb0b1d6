"""Statements that come with every delivery: planned once, by a connection that lives."""

import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from accounts_app import prepared
from tests.deliveries import event

PLANS = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s"
ASKED = "SELECT CAST(%s AS integer)"
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def ask(number: int) -> int:
    """Have the database say a number."""
    with prepared.cursor() as cursor:
        cursor.execute(ASKED, [number])
        return int(cursor.fetchone()[0])


@pytest.fixture
def clock(transactional_db, monkeypatch) -> SimpleNamespace:
    """A clock that stands, and a connection that Django would ask next whether it lives."""
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database cannot go away")
    standing = SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(prepared, "time", SimpleNamespace(monotonic=lambda: standing.now))
    ask(0)
    connection.health_check_done = False
    return standing


def plans(like: str) -> int:
    """Count the plans that the connection keeps of such statements."""
    with connection.cursor() as cursor:
        cursor.execute(PLANS, [like])
        return len(cursor.fetchall())


def test_a_delivery_is_planned_once(intake, clock):
    for number in range(3):
        body = event(eventId=f"0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f000{number}")
        assert intake.post(body).status_code == 200
    assert plans('INSERT INTO "accounts_app_webhookevent"%') == 1


def test_values_are_those_of_each_time(transactional_db):
    assert [ask(number) for number in (1, 2, 3)] == [1, 2, 3]


def test_a_connection_that_has_just_answered_is_believed(clock):
    assert ask(7) == 7
    assert connection.health_check_done is False


def test_one_that_was_silent_for_a_second_is_asked(clock):
    clock.now += prepared.BELIEVED
    assert ask(7) == 7
    assert connection.health_check_done is True


def test_one_that_ended_while_it_was_silent_is_made_anew(clock):
    clock.now += prepared.BELIEVED
    connection.connection.close()
    assert ask(7) == 7


def test_one_that_ended_while_it_was_believed_fails_and_is_made_anew(clock):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with connection.copy().temporary_connection() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [backend])
    with pytest.raises(OperationalError):
        ask(7)
    connection.close_if_unusable_or_obsolete()
    assert ask(7) == 7
