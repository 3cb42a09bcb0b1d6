"""The endpoint an open operation page asks, again and again."""

import pytest
from django.contrib.auth.models import User

from accounts_app import work
from accounts_app.models import Operation
from tests.admin.pages import page_of, signed_in, text_of
from tests.factories import ask


@pytest.fixture
def operation(programme, operator) -> Operation:
    """A deactivation that was asked for and not sent yet."""
    return ask("deactivate", programme.account(), operator)


def test_progress_tells_the_state_and_the_part_that_moves(operation, viewer):
    told = signed_in(viewer).get(page_of(operation, "progress")).json()
    assert (told["state"], told["ended"]) == ("approved", False)
    assert told["label"] == "Approved, waiting to be sent"
    assert "Nothing was sent yet." in text_of(told["html"])


def test_progress_follows_the_operation_to_its_end(operation, viewer):
    work.advance(operation.pk)
    told = signed_in(viewer).get(page_of(operation, "progress")).json()
    assert (told["state"], told["ended"]) == ("succeeded", True)
    assert "The account is inactive." in text_of(told["html"])


def test_two_looks_at_the_same_state_are_the_same(operation, viewer):
    browser, address = signed_in(viewer), page_of(operation, "progress")
    assert browser.get(address).content == browser.get(address).content


def test_progress_is_for_those_who_may_see_operations(operation, db):
    nobody = User.objects.create_user("nobody", is_staff=True)
    assert signed_in(nobody).get(page_of(operation, "progress")).status_code == 403
    assert signed_in(nobody).get(page_of(operation)).status_code == 403


def test_the_signed_out_are_sent_to_sign_in(operation, client):
    answer = client.get(page_of(operation, "progress"))
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_an_unknown_operation_has_no_progress(operation, viewer):
    address = page_of(operation, "progress").replace(str(operation.pk), "999999")
    assert signed_in(viewer).get(address).status_code == 404
