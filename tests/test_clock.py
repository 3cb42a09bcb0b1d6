"""The clock of leases and deadlines is the database's, not the process's."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

# Before any test lets it travel.
from accounts_app.clock import now

pytestmark = pytest.mark.django_db


def test_it_tells_the_time():
    assert abs(now() - timezone.now()) < timedelta(seconds=5)


def test_it_moves_on_inside_a_transaction():
    assert now() < now()


def test_a_process_with_a_wrong_clock_hears_the_databases():
    right = timezone.now()
    with time_machine.travel(right + timedelta(hours=2)):
        heard = now()
    is_shared = connection.vendor == "postgresql"
    expected = right if is_shared else right + timedelta(hours=2)
    assert abs(heard - expected) < timedelta(seconds=5)
