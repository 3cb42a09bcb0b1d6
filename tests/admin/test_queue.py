"""The queue of those who decide: what waits for them, and nothing that does not."""

import pytest
from django.contrib.auth.models import Group, User

from accounts_app.models import Operation
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import page_of, signed_in
from tests.factories import ask

pytestmark = pytest.mark.django_db
QUEUE = "?waits=me"


@pytest.fixture
def theirs(operator) -> Operation:
    """A request of somebody else's."""
    return ask("close", rows.account(), operator)


@pytest.fixture
def queue() -> str:
    """The address of the queue."""
    return address(Operation, "changelist") + QUEUE


def test_what_others_asked_for_leads_straight_to_its_decision(theirs, approver, queue):
    page = signed_in(approver).get(queue).content.decode()
    assert page_of(theirs, "decide") in page


def test_what_one_asked_for_oneself_is_not_there(approver, queue):
    own = ask("close", rows.account(), approver)
    assert page_of(own, "decide") not in signed_in(approver).get(queue).content.decode()


def test_what_is_decided_is_not_there_any_more(theirs, approver, queue):
    Operation.objects.filter(pk=theirs.pk).update(state="cancelled")
    assert page_of(theirs, "decide") not in signed_in(approver).get(queue).content.decode()


def test_those_who_do_not_decide_are_offered_no_queue(theirs, viewer, queue):
    page = signed_in(viewer).get(queue).content.decode()
    assert page_of(theirs, "decide") not in page
    assert "for my decision" not in page


def test_the_start_page_leads_to_the_queue(theirs, approver):
    assert QUEUE in signed_in(approver).get("/admin/").content.decode()


def test_another_login_of_the_maker_is_the_same_person(operator, queue):
    User.objects.filter(pk=operator.pk).update(email="one@example.org")
    operator.refresh_from_db()
    theirs = ask("close", rows.account(), operator)
    second: User = User.objects.create_user("operator.two", email="One@example.org", is_staff=True)
    second.groups.add(Group.objects.get(name="approver"))
    assert page_of(theirs, "decide") not in signed_in(second).get(queue).content.decode()
