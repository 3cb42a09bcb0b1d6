"""What a session says about how its person signed in, and when they last proved it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.signed_cookies import SessionStore

from accounts_app.services import strength

MINUTES = timedelta(minutes=5)


@pytest.fixture
def asked(rf):
    """A request of person 7 with a session of its own."""
    request = rf.get("/")
    request.session, request.user = SessionStore(), User(pk=7)
    return request


def test_a_password_and_a_code_are_told_together(asked):
    strength.begin(asked, 7, strength.PASSWORD)
    strength.prove(asked, 7, strength.TOTP)
    assert strength.strength_of(asked) == "password+totp"
    assert strength.is_fresh(asked, MINUTES)


def test_a_password_alone_proves_nothing(asked):
    strength.begin(asked, 7, strength.PASSWORD)
    assert strength.strength_of(asked) == "password"
    assert not strength.is_proven(asked)
    assert not strength.is_fresh(asked, MINUTES)


def test_a_passkey_alone_is_proof(asked):
    strength.prove(asked, 7, strength.PASSKEY)
    assert strength.strength_of(asked) == "passkey"
    assert strength.is_phishing_resistant(asked)


def test_a_passkey_after_a_password_cannot_be_phished_and_a_code_can(asked):
    strength.begin(asked, 7, strength.PASSWORD)
    strength.prove(asked, 7, strength.PASSKEY)
    assert strength.strength_of(asked) == "password+passkey"
    assert strength.is_phishing_resistant(asked)
    strength.prove(asked, 7, strength.TOTP)
    assert not strength.is_phishing_resistant(asked)


def test_single_sign_on_tells_its_own_time(asked):
    strength.begin(asked, 7, strength.SSO)
    strength.prove(asked, 7, strength.MFA, at=1_700_000_000)
    assert strength.strength_of(asked) == "sso+mfa"
    assert strength.proven_at(asked).timestamp() == 1_700_000_000


@pytest.mark.parametrize(("age", "is_fresh"), [(0, True), (299, True), (301, False)])
def test_a_proof_grows_old(asked, time_machine, age, is_fresh):
    time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
    strength.prove(asked, 7, strength.TOTP)
    time_machine.shift(age)
    assert strength.is_fresh(asked, MINUTES) is is_fresh


def test_a_proof_from_the_future_is_none(asked, time_machine):
    time_machine.move_to("2026-11-02T10:00:00Z", tick=False)
    strength.prove(asked, 7, strength.TOTP)
    time_machine.shift(-1)
    assert not strength.is_fresh(asked, MINUTES)


@pytest.mark.parametrize("somebody", [User(pk=8), AnonymousUser()])
def test_what_one_person_proved_counts_for_nobody_else(asked, somebody):
    strength.prove(asked, 7, strength.PASSKEY)
    asked.user = somebody
    assert strength.strength_of(asked) == ""
    assert not strength.is_proven(asked)


def test_what_another_attempt_left_behind_is_not_added_to(asked):
    strength.begin(asked, 8, strength.PASSWORD)
    strength.prove(asked, 7, strength.TOTP)
    assert strength.strength_of(asked) == "totp"


def test_a_proof_can_be_taken_back(asked):
    strength.begin(asked, 7, strength.PASSWORD)
    strength.prove(asked, 7, strength.TOTP)
    strength.forget(asked)
    assert strength.strength_of(asked) == "password"
    assert not strength.is_proven(asked)


def test_a_request_without_a_session_has_no_strength(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    assert strength.strength_of(request) == ""
