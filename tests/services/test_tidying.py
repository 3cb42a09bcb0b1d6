"""What sign-in leaves behind goes once it is over, and nothing else."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from accounts_app.models import Allowance
from accounts_app.services import allowances, tidying
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db


def test_what_is_over_goes_and_the_rest_stays(viewer, operator, time_machine):
    time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
    signed_in(viewer)
    allowances.take("old", 1, timedelta(minutes=1))
    time_machine.shift(timedelta(hours=9))
    kept = signed_in(operator).session.session_key
    allowances.take("new", 1, timedelta(minutes=1))
    assert tidying.tidy() == "Dropped: 1 sessions, 0 failed attempts, 1 counters."
    assert [session.pk for session in Session.objects.all()] == [kept]
    assert Allowance.objects.get().key == "new"


@pytest.mark.parametrize(("number", "is_kept"), [(3, True), (4, False)])
def test_an_allowance_is_kept_up_to_its_limit(number, is_kept):
    takes = [allowances.take("a", 3, timedelta(minutes=1)) for _ in range(number)]
    assert takes[-1] is is_kept


def test_each_key_has_an_allowance_of_its_own():
    allowances.take("a", 1, timedelta(minutes=1))
    assert allowances.take("b", 1, timedelta(minutes=1))
