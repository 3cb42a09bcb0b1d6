"""A user admin lets somebody in again, with a reason and after showing a factor."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts_app.errors import NotPermitted
from accounts_app.models import AuditEntry
from accounts_app.services import lockout
from tests.admin.pages import signed_in, text_of
from tests.signin.people import enrol_app, send_password

pytestmark = pytest.mark.django_db


def page_for(person):
    """Return the address of the page about a person."""
    return reverse("admin:auth_user_unlock", args=[person.pk])


def test_a_locked_out_person_gets_in_again(superuser, viewer):
    enrol_app(viewer)
    locked = Client()
    for _ in range(5):
        send_password(locked, "viewer", "wrong")
    signed_in(superuser).post(page_for(viewer), {"reason": "Saw her"})
    assert send_password(locked, "viewer").status_code == 302
    entry = AuditEntry.objects.get(action="sign_in.unlock")
    assert (entry.actor, entry.reason) == (superuser, "Saw her")


def test_lost_factors_are_taken_away_and_sessions_end(superuser, viewer):
    enrol_app(viewer)
    theirs = signed_in(viewer)
    signed_in(superuser).post(page_for(viewer), {"reason": "Lost phone", "factors": "on"})
    assert not Authenticator.objects.filter(user=viewer).exists()
    assert theirs.get(reverse("admin:index")).status_code == 302
    entry = AuditEntry.objects.get(action="factor.removed")
    assert (entry.actor, entry.reason) == (superuser, "Lost phone")


def test_without_a_reason_nothing_happens(superuser, viewer):
    answer = signed_in(superuser).post(page_for(viewer), {"reason": " "})
    assert "Say why" in text_of(answer)
    assert not AuditEntry.objects.filter(action="sign_in.unlock").exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_others_may_not(operator, viewer, method):
    assert getattr(signed_in(operator), method)(page_for(viewer)).status_code == 403


def test_nobody_lets_themselves_in(superuser):
    assert signed_in(superuser).get(page_for(superuser)).status_code == 403


@pytest.mark.parametrize("act", [lockout.unlock, lockout.forget_factors])
@pytest.mark.parametrize("name", ["viewer", "operator", "approver", "auditor"])
def test_s2_the_service_refuses_who_may_not(act, name, request, superuser):
    enrol_app(superuser)
    person = request.getfixturevalue(name)
    with pytest.raises(NotPermitted):
        act(superuser, by=person, reason="Let me in")
    with pytest.raises(NotPermitted):
        act(person, by=person, reason="Let me in")
    assert Authenticator.objects.filter(user=superuser).exists()
    assert not AuditEntry.objects.filter(action="sign_in.unlock").exists()


def test_the_command_acts_with_the_rights_of_whom_it_names(operator, viewer):
    with pytest.raises(CommandError, match="You may not change this person"):
        call_command("unlock_sign_in", "viewer", reason="Saw her", username="operator")
    assert not AuditEntry.objects.filter(action="sign_in.unlock").exists()


def test_an_old_factor_is_asked_for_again(superuser, viewer, time_machine):
    enrol_app(superuser)
    client = signed_in(superuser)
    time_machine.move_to(time.time() + 301)
    answer = client.post(page_for(viewer), {"reason": "Saw her"})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))


def test_the_persons_page_leads_there(superuser, viewer):
    html = signed_in(superuser).get(reverse("admin:auth_user_change", args=[viewer.pk])).content
    assert page_for(viewer).encode() in html
