"""Nobody works here with a password alone: they are led to enrolment, and may only leave."""

import pytest
from django.urls import reverse

from accounts_app.offblocks.credentials import Secret
from accounts_app.services import strength
from tests.admin.pages import text_of
from tests.signin.people import code, enrol_app, send_password

pytestmark = [pytest.mark.django_db, pytest.mark.unproven]
HOME, ENROLMENT = reverse("admin:index"), reverse("mfa_index")
APP = reverse("mfa_activate_totp")


@pytest.mark.parametrize(
    "page", [HOME, reverse("admin:accounts_app_account_changelist"), reverse("own_sessions")]
)
def test_who_has_no_factor_is_led_to_enrolment(client, viewer, page):
    send_password(client, "viewer")
    assert client.get(page)["Location"] == f"{ENROLMENT}?next={page.replace('/', '%2F')}"


def test_a_form_is_not_taken_either(client, operator):
    send_password(client, "operator")
    answer = client.post(reverse("admin:accounts_app_account_changelist"), {"action": "x"})
    assert answer["Location"] == ENROLMENT


@pytest.mark.parametrize("page", [ENROLMENT, APP, reverse("mfa_add_webauthn")])
def test_the_pages_of_enrolment_are_open(client, viewer, page):
    send_password(client, "viewer")
    assert client.get(page).status_code == 200


def test_one_may_leave(client, viewer):
    send_password(client, "viewer")
    client.post(reverse("admin:logout"))
    assert client.get(HOME)["Location"].startswith(reverse("admin:login"))


def enrol_on_the_page(client):
    """Set up an app through its page; returns the answer."""
    secret = client.get(APP).context["form"].secret
    return client.post(APP, {"code": code(secret)})


def test_enrolling_an_app_opens_the_rest(client, viewer):
    send_password(client, "viewer")
    assert enrol_on_the_page(client)["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(HOME).status_code == 200
    assert client.session[strength.KEY]["second"] == "totp"


def test_the_recovery_codes_are_shown_once(client, viewer):
    send_password(client, "viewer")
    enrol_on_the_page(client)
    first = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(set(first)) == 10
    again = client.get(reverse("mfa_view_recovery_codes"))
    assert not any(one in text_of(again) for one in first)


def test_a_recovery_code_lets_one_in_once(client, viewer):
    send_password(client, "viewer")
    enrol_on_the_page(client)
    spare = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for status in (302, 200):
        client.post(reverse("admin:logout"))
        send_password(client, "viewer")
        answer = client.post(reverse("mfa_authenticate"), {"code": spare})
        assert answer.status_code == status


def test_a_session_from_before_the_enrolment_must_show_the_factor(client, viewer):
    client.force_login(viewer)
    enrol_app(viewer)
    assert (
        client.get(HOME, follow=True)
        .redirect_chain[-1][0]
        .startswith(reverse("mfa_reauthenticate"))
    )


def test_such_a_session_cannot_enrol_another_factor(client, viewer):
    client.force_login(viewer)
    enrol_app(viewer)
    assert client.get(reverse("mfa_add_webauthn"))["Location"].startswith(reverse("step_up"))


def test_an_approver_needs_more_than_an_app(client, approver):
    enrol_app(approver)
    send_password(client, "approver")
    client.post(reverse("mfa_authenticate"), {"code": code()})
    answer = client.get(HOME, follow=True)
    assert answer.redirect_chain[-1][0].startswith(ENROLMENT)
    assert "Your role needs a passkey" in text_of(answer)


def test_which_roles_do_is_a_setting(client, approver, settings):
    settings.PASSKEY_ROLES = []
    enrol_app(approver)
    send_password(client, "approver")
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get(HOME).status_code == 200


def test_the_demo_asks_for_no_factor(client, viewer, settings):
    settings.DEMO = True
    send_password(client, "viewer")
    assert client.get(HOME).status_code == 200


def test_in_the_demo_the_page_of_factors_does_not_demand_one(client, viewer, settings):
    settings.DEMO = True
    send_password(client, "viewer")
    assert "In the demo a password is enough" in text_of(client.get(ENROLMENT))


def test_in_the_demo_a_factor_that_was_enrolled_counts(client, viewer, settings):
    settings.DEMO = True
    enrol_app(viewer)
    assert send_password(client, "viewer")["Location"] == reverse("mfa_authenticate")


def test_the_secret_is_not_readable_in_the_database(viewer):
    assert "JBSWY3DP" not in str(enrol_app(viewer).data)


def test_who_has_a_passkey_and_showed_a_code_is_led_to_the_passkey(client, approver):
    enrol_app(approver)
    approver.authenticator_set.create(type="webauthn", data={"name": "Key"})
    send_password(client, "approver")
    client.post(reverse("mfa_authenticate"), {"code": code()})
    answer = client.get(HOME)
    assert answer["Location"].startswith(reverse("mfa_reauthenticate_webauthn"))


def test_a_key_of_its_own_keeps_factors_when_djangos_changes(viewer, settings):
    settings.FACTOR_KEY = Secret("f" * 50)
    factor = enrol_app(viewer)
    settings.SECRET_KEY = "s" * 50
    assert factor.wrap().validate_code(code())
