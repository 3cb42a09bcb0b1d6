"""One session cannot both ask and agree, whoever is signed in in it."""

import pytest
from django.contrib.sessions.backends.db import SessionStore

from accounts_app.errors import SameEyes
from accounts_app.models import Operation
from accounts_app.services import operations, presence, resolutions, reviews
from tests.admin import rows
from tests.factories import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> SessionStore:
    """The session of a browser."""
    store = SessionStore()
    store.create()
    return store


def test_a_request_is_not_approved_in_the_session_it_was_made_in(session, operator, approver):
    with presence.at(session):
        asked = ask("close", rows.account(), operator)
        with pytest.raises(SameEyes, match="session you are in"):
            operations.approve(asked.pk, checker=approver, digest=asked.digest)


def test_not_even_after_its_key_was_renewed(session, operator, approver):
    with presence.at(session):
        asked = ask("close", rows.account(), operator)
    session.cycle_key()
    with presence.at(session), pytest.raises(SameEyes):
        operations.approve(asked.pk, checker=approver, digest=asked.digest)


def test_another_session_may(session, operator, approver):
    with presence.at(session):
        asked = ask("close", rows.account(), operator)
    with presence.at(SessionStore()):
        approved = operations.approve(asked.pk, checker=approver, digest=asked.digest)
    assert approved.state == Operation.State.APPROVED


def test_a_proposal_is_not_confirmed_in_its_session(session, operator, approver):
    with presence.at(session):
        found = rows.contradiction(rows.account(status="closed"))
        made = rows.proposal(found, "keep", operator)
        with pytest.raises(SameEyes):
            resolutions.confirm(made.pk, decider=approver, digest=made.digest)


def test_nor_is_an_act_reviewed_in_it(session, operator, approver):
    with presence.at(session):
        review = ask("deactivate", rows.account(), operator).review
        with pytest.raises(SameEyes):
            reviews.tick(review.pk, reviewer=approver)


def test_outside_a_request_there_is_no_session():
    assert presence.seat() == ""


@pytest.fixture
def elsewhere(session) -> SessionStore:
    """Another session, in which the same passkey was shown."""
    store = SessionStore()
    for one in (session, store):
        presence.show(one, "0f" * 32)
    return store


def test_s8_a_request_is_not_approved_with_its_passkey(session, elsewhere, operator, approver):
    with presence.at(session):
        asked = ask("close", rows.account(), operator)
    with presence.at(elsewhere), pytest.raises(SameEyes, match="passkey"):
        operations.approve(asked.pk, checker=approver, digest=asked.digest)


def test_s8_nor_a_proposal_confirmed(session, elsewhere, operator, approver):
    with presence.at(session):
        made = rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", operator)
    with presence.at(elsewhere), pytest.raises(SameEyes, match="passkey"):
        resolutions.confirm(made.pk, decider=approver, digest=made.digest)


def test_s8_nor_an_act_reviewed(session, elsewhere, operator, approver):
    with presence.at(session):
        review = ask("deactivate", rows.account(), operator).review
    with presence.at(elsewhere), pytest.raises(SameEyes, match="passkey"):
        reviews.tick(review.pk, reviewer=approver)
