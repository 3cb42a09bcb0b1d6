"""The review queue's pages: what waits, the tick, and the alarm when it waits too long."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Review
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.factories import ask
from tests.guarded import alter

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(operator) -> Review:
    """A deactivation that one person asked for."""
    return ask("deactivate", rows.account(), operator, reason="Lost phone").review


def tick(person, review, **entries):
    return signed_in(person).post(
        reverse("admin:accounts_app_review_tick", args=[review.pk]), entries
    )


def piles(person):
    answer = signed_in(person).get(reverse("admin:index"))
    return {pile.label: pile for pile in answer.context["waiting"]}


def test_an_approver_ticks_it_and_is_led_to_what_else_waits(review, approver):
    answer = tick(approver, review, note="Fine")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{address(Review, 'changelist')}?state=waiting",
    )
    review.refresh_from_db()
    assert (review.reviewer, review.note) == (approver, "Fine")


def test_the_page_tells_what_was_done_and_offers_the_tick(review, approver):
    text = text_of(signed_in(approver).get(address(Review, "change", review.pk)))
    for told in ("Deactivate #", "operator", "Lost phone", "I have looked at it: tick"):
        assert told in text


@pytest.mark.parametrize("name", ["viewer", "operator", "auditor"])
def test_the_others_see_it_and_cannot_tick(name, request, review):
    person = request.getfixturevalue(name)
    assert "tick" not in text_of(signed_in(person).get(address(Review, "change", review.pk)))
    assert tick(person, review).status_code == 403


def test_the_maker_is_told_that_a_second_person_looks(approver):
    own = ask("deactivate", rows.account(), approver).review
    page = text_of(signed_in(approver).get(address(Review, "change", own.pk)))
    assert "You did this yourself" in page
    assert tick(approver, own).status_code == 403


def test_who_comes_second_is_told(review, approver):
    tick(approver, review)
    answer = signed_in(approver).post(
        reverse("admin:accounts_app_review_tick", args=[review.pk]), follow=True
    )
    assert "Somebody has reviewed this already." in text_of(answer)


def test_the_start_page_counts_what_waits_and_alarms_when_overdue(review, approver):
    found = piles(approver)
    assert (found["acts to review"].number, found["reviews overdue"].number) == (1, 0)
    alter(Review.objects.all(), due_at=timezone.now() - timedelta(minutes=1))
    overdue = piles(approver)["reviews overdue"]
    assert (overdue.number, overdue.tone) == (1, "alarm")
    listed = signed_in(approver).get(overdue.address).context["cl"].result_list
    assert list(listed) == [review]


def test_ones_own_acts_are_not_counted(approver):
    ask("deactivate", rows.account(), approver)
    assert piles(approver)["acts to review"].number == 0


def test_the_list_costs_the_same_for_many(operator, approver, django_assert_max_num_queries):
    for _ in range(12):
        ask("deactivate", rows.account(), operator)
    client = signed_in(approver)
    with django_assert_max_num_queries(12):
        assert client.get(address(Review, "changelist")).status_code == 200
