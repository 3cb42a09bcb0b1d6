"""Ending somebody's sessions signs them out everywhere, and nobody else."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts_app.services import sessions

pytestmark = pytest.mark.django_db


def signed_in(person):
    """Return a browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def test_all_sessions_of_a_person_end(operator):
    browsers = [signed_in(operator), signed_in(operator)]
    assert sessions.end_sessions(operator) == 2
    assert [SESSION_KEY in browser.session for browser in browsers] == [False, False]


def test_nobody_else_is_signed_out(operator, viewer):
    other = signed_in(viewer)
    signed_in(operator)
    sessions.end_sessions(operator)
    assert SESSION_KEY in other.session


def test_the_session_one_sits_in_can_be_kept(operator):
    here, there = signed_in(operator), signed_in(operator)
    assert sessions.end_sessions(operator, keep=here.session.session_key) == 1
    assert [SESSION_KEY in browser.session for browser in (here, there)] == [True, False]


def test_who_has_no_session_has_none_to_end(operator):
    assert sessions.end_sessions(operator) == 0
