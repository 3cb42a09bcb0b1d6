"""Above so many operations an hour others have to look; of final ones no more are taken."""

from datetime import timedelta

import pytest

from accounts_app.errors import TooMuch
from accounts_app.models import Operation, Review
from tests.admin import rows
from tests.factories import ask
from tests.guarded import alter

pytestmark = pytest.mark.django_db
State = Operation.State


@pytest.fixture(autouse=True)
def _strict(settings) -> None:
    """Two of any kind, one of those that are final."""
    settings.OPERATIONS_PER_HOUR, settings.CLOSES_PER_HOUR = 2, 1


def deactivate(person):
    return ask("deactivate", rows.account(), person)


def test_one_person_suffices_up_to_the_limit(operator):
    assert [deactivate(operator).state for _ in range(2)] == [State.APPROVED] * 2


def test_above_it_a_second_person_must_agree(operator, approver):
    for _ in range(2):
        deactivate(operator)
    third = deactivate(operator)
    assert (third.state, third.needs_checker) == (State.REQUESTED, True)
    assert not Review.objects.filter(operation=third).exists()
    assert deactivate(approver).state == State.APPROVED


def test_two_logins_of_a_person_count_together(operator, approver):
    operator.email = approver.email = "one@example.com"
    deactivate(operator)
    deactivate(approver)
    assert deactivate(operator).state == State.REQUESTED


def test_an_hour_later_it_is_forgotten(operator):
    for _ in range(2):
        deactivate(operator)
    earlier = Operation.objects.first().requested_at - timedelta(hours=1, seconds=1)
    alter(Operation.objects.all(), requested_at=earlier)
    assert deactivate(operator).state == State.APPROVED


def test_one_close_too_many_is_refused_in_a_sentence(operator):
    ask("close", rows.account(), operator)
    with pytest.raises(TooMuch, match="1 operations that cannot be undone"):
        ask("close", rows.account(), operator)
    assert Operation.objects.count() == 1
