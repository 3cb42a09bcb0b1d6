"""Signing in: with a password and a second factor, and not with less."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.urls import reverse

from accounts_app.services import strength
from tests.admin.pages import text_of
from tests.signin.people import code, enrol_app, send_code, send_password, sign_in

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")
WRONG = "The name or the password is not right."


def test_a_password_and_a_code_let_one_in(client, viewer):
    enrol_app(viewer)
    assert sign_in(client, "viewer")["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert client.session[strength.KEY]["second"] == "totp"


def test_one_is_led_to_where_one_wanted_to_go(client, viewer):
    enrol_app(viewer)
    asked = client.get(reverse("admin:accounts_app_account_changelist"), follow=True)
    send_password(client, "viewer", QUERY_STRING=asked.request["QUERY_STRING"])
    assert send_code(client)["Location"] == reverse("admin:accounts_app_account_changelist")


def test_nobody_is_led_to_another_host(client, viewer):
    enrol_app(viewer)
    send_password(client, "viewer", QUERY_STRING="next=https://elsewhere.example/")
    assert send_code(client)["Location"] == HOME


def test_a_password_alone_leaves_one_outside(client, viewer):
    enrol_app(viewer)
    assert send_password(client, "viewer")["Location"] == reverse("mfa_authenticate")
    assert SESSION_KEY not in client.session


def test_the_session_gets_a_new_id(client, viewer):
    enrol_app(viewer)
    send_password(client, "viewer")
    before = client.session.session_key
    send_code(client)
    assert client.session.session_key != before


@pytest.mark.parametrize(("name", "password"), [("nobody", "x"), ("viewer", "wrong")])
def test_an_unknown_name_and_a_wrong_password_read_alike(client, viewer, name, password):
    answer = send_password(client, name, password)
    assert answer.status_code == 200
    assert WRONG in text_of(answer)


@pytest.mark.parametrize("taken", ["is_active", "is_staff"])
def test_only_active_staff_get_in_and_the_others_learn_nothing(client, viewer, taken):
    User.objects.filter(pk=viewer.pk).update(**{taken: False})
    assert WRONG in text_of(send_password(client, "viewer"))


def test_whoever_is_no_longer_staff_is_out_with_the_next_request(client, viewer):
    client.force_login(viewer)
    User.objects.filter(pk=viewer.pk).update(is_staff=False)
    assert client.get(HOME).status_code == 302


def test_a_code_of_some_minutes_ago_lets_nobody_in(client, viewer):
    enrol_app(viewer)
    send_password(client, "viewer")
    send_code(client, code(at=time.time() - 120))
    assert SESSION_KEY not in client.session


def test_a_code_works_once(client, viewer):
    enrol_app(viewer)
    shown = code()
    send_password(client, "viewer")
    send_code(client, shown)
    client.post(reverse("admin:logout"))
    send_password(client, "viewer")
    assert "was used already" in text_of(send_code(client, shown))


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "confirm-email/"])
def test_there_is_no_other_way_in(client, path):
    assert client.get(reverse("account_login") + path).status_code == 404


def test_the_admin_has_no_form_of_its_own(client):
    answer = client.get(reverse("admin:login"))
    assert answer["Location"].startswith(reverse("account_login") + "?next=")


def test_somebody_else_can_sign_in_instead(client, viewer, operator):
    enrol_app(viewer)
    send_password(client, "viewer")
    assert client.get(reverse("account_login"))["Location"] == reverse("mfa_authenticate")
    client.post(reverse("start_over"))
    assert client.get(reverse("account_login")).status_code == 200
    send_code(client)
    assert SESSION_KEY not in client.session


def test_starting_over_signs_nobody_out(client, viewer):
    client.force_login(viewer)
    client.post(reverse("start_over"))
    assert client.get(HOME).status_code == 200
