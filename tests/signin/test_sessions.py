"""A session ends by itself, and its person sees and ends their own."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts_app.models import AuditEntry
from tests.admin.pages import signed_in, text_of
from tests.signin.people import code, enrol_app

pytestmark = pytest.mark.django_db
HOME, LIST = reverse("admin:index"), reverse("own_sessions")
START = "2026-11-02T08:00:00Z"


@pytest.fixture
def clock(time_machine):
    """A clock that stands still until it is moved."""
    time_machine.move_to(START, tick=False)
    return time_machine


def is_in(client):
    """Whether the browser is still signed in."""
    return client.get(HOME).status_code == 200


def test_a_quarter_of_an_hour_without_its_person_ends_it(clock, viewer):
    client = signed_in(viewer)
    clock.shift(timedelta(minutes=14))
    assert is_in(client)
    clock.shift(timedelta(minutes=14))
    assert is_in(client)
    clock.shift(timedelta(minutes=15))
    answer = client.get(HOME, follow=True)
    assert "signed out after 15 minutes without activity" in text_of(answer)


def test_what_a_page_fetches_by_itself_keeps_nobody_signed_in(clock, viewer):
    client = signed_in(viewer)
    for _ in range(2):
        clock.shift(timedelta(minutes=8))
        answer = client.get(HOME, headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 302


def test_after_a_working_day_it_ends_however_busy(clock, viewer):
    client = signed_in(viewer)
    for _ in range(47):
        clock.shift(timedelta(minutes=10))
        assert is_in(client)
    clock.shift(timedelta(minutes=10))
    assert "one working day" in text_of(client.get(HOME, follow=True))


def test_a_session_that_tells_no_time_is_over(viewer):
    client = signed_in(viewer)
    session = client.session
    del session["begun_at"]
    session.save()
    assert not is_in(client)


def test_why_it_ended_is_recorded_once(clock, viewer):
    client = signed_in(viewer)
    clock.shift(timedelta(minutes=15))
    client.get(HOME)
    entry = AuditEntry.objects.get(action="session.end")
    assert (entry.actor, entry.result) == (viewer, "idle")


def test_the_list_names_no_key(viewer):
    here, there = signed_in(viewer), signed_in(viewer)
    html = here.get(LIST).content.decode()
    assert there.session.session_key not in html
    assert here.session.session_key not in html
    assert len(here.get(LIST).context["sessions"]) == 2


def test_one_of_them_is_ended(viewer):
    here, there = signed_in(viewer), signed_in(viewer)
    (other,) = [one for one in here.get(LIST).context["sessions"] if not one["is_here"]]
    here.post(LIST, {"session": other["handle"]})
    assert (is_in(here), is_in(there)) == (True, False)
    assert AuditEntry.objects.get(action="session.end").reason == "revoked"


def test_all_others_are_ended_at_once(viewer):
    here, others = signed_in(viewer), [signed_in(viewer) for _ in range(3)]
    here.post(LIST, {"session": "others"})
    assert [is_in(client) for client in (here, *others)] == [True, False, False, False]


def test_nobody_ends_the_session_of_somebody_else(viewer, operator):
    theirs = signed_in(operator)
    (row,) = theirs.get(LIST).context["sessions"]
    signed_in(viewer).post(LIST, {"session": row["handle"]})
    assert is_in(theirs)


def test_ending_them_asks_for_a_factor_and_then_does_it(clock, viewer):
    enrol_app(viewer)
    here, there = signed_in(viewer), signed_in(viewer)
    clock.shift(timedelta(minutes=6))
    asked = here.post(LIST, {"session": "others"})
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    assert is_in(there)
    here.post(asked["Location"], {"code": code()})
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_password_changed_ends_the_others(viewer):
    here, there = signed_in(viewer), signed_in(viewer)
    words = "blue lamp over seven doors"
    form = {"old_password": "viewer-password-of-tests", "new_password1": words}
    here.post(reverse("admin:password_change"), {**form, "new_password2": words})
    assert (is_in(here), is_in(there)) == (True, False)


def test_signing_out_takes_the_session_away(viewer):
    client = signed_in(viewer)
    kept = client.cookies["sessionid"].value
    client.post(reverse("admin:logout"))
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert SESSION_KEY not in thief.session
