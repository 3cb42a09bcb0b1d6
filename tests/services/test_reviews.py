"""What one person did alone waits for a second, who looks at it within a working day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts_app.errors import AlreadyMoved, NotPermitted, SameEyes
from accounts_app.models import AuditEntry, Review
from accounts_app.services import reviews
from tests.admin import rows
from tests.factories import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(operator) -> Review:
    """A deactivation that one person asked for."""
    return ask("deactivate", rows.account(), operator, reason="Lost phone").review


def test_a_deactivation_by_one_person_is_queued(review, operator):
    assert (review.maker, review.reviewer) == (operator, None)
    assert list(reviews.waiting()) == [review]


def test_what_two_people_decide_is_not(operator):
    ask("close", rows.account(), operator)
    assert not Review.objects.exists()


def test_the_second_person_ticks_it_on_record(review, approver):
    reviews.tick(review.pk, reviewer=approver, note="Spoke to the owner")
    review.refresh_from_db()
    assert (review.reviewer, review.note) == (approver, "Spoke to the owner")
    entry = AuditEntry.objects.get(action="deactivate.reviewed")
    assert (entry.actor, entry.operation) == (approver, review.operation)
    assert not reviews.waiting().exists()


def test_the_maker_cannot_tick_their_own(approver):
    own = ask("deactivate", rows.account(), approver).review
    with pytest.raises(SameEyes):
        reviews.tick(own.pk, reviewer=approver)


def test_nor_with_another_login(review, operator, approver):
    User.objects.filter(pk__in=(operator.pk, approver.pk)).update(email="one@example.com")
    second = ask("deactivate", rows.account(), User.objects.get(pk=operator.pk)).review
    with pytest.raises(SameEyes):
        reviews.tick(second.pk, reviewer=User.objects.get(pk=approver.pk))


def test_the_database_itself_refuses_the_maker(review, operator):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(reviewer=operator, reviewed_at=timezone.now())


def test_an_operator_does_not_review(review):
    colleague = User.objects.create_user("colleague")
    colleague.groups.add(Group.objects.get(name="operator"))
    with pytest.raises(NotPermitted):
        reviews.tick(review.pk, reviewer=colleague)


def test_it_is_ticked_once(review, approver):
    reviews.tick(review.pk, reviewer=approver)
    with pytest.raises(AlreadyMoved):
        reviews.tick(review.pk, reviewer=approver)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-24 15:00", "2026-11-25 15:00"),  # Tuesday
        ("2026-11-27 15:00", "2026-11-30 15:00"),  # Friday
        ("2026-11-28 15:00", "2026-11-30 15:00"),  # Saturday
        ("2026-11-27 23:30", "2026-11-30 23:30"),  # still Friday in the office
    ],
)
def test_it_is_due_a_working_day_later_by_the_offices_calendar(settings, asked, due):
    settings.TIME_ZONE = "Europe/Berlin"
    office = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(asked).replace(tzinfo=office)
    assert reviews.due_after(at.astimezone(UTC)) == datetime.fromisoformat(due).replace(
        tzinfo=office
    )


def test_more_days_may_be_allowed(settings):
    settings.REVIEW_WORKING_DAYS = 2
    thursday = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert reviews.due_after(thursday) == thursday + timedelta(days=4)
