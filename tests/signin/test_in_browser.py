"""Sign-in in a real browser: a passkey is enrolled, lets its owner in by itself, and closes."""

import pytest
from django.urls import reverse

from accounts_app.models import Operation
from tests.admin.looks import LOOKS, TOO_WIDE, barriers
from tests.admin.pages import ask_address
from tests.browser import watch
from tests.signin.people import code, enrol_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.unproven,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_a_key(context):
    """Return a page whose browser has a security key plugged in."""
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return page


def test_a_passkey_opens_the_office_and_closes_an_account(
    open_context, live_server, approver, settings, programme
):
    account = programme.account()
    page = with_a_key(open_context())
    complaints = watch(page)
    page.goto(live_server.url + "/admin/")
    page.fill("[name=login]", "approver")
    page.fill("[name=password]", "approver-password-of-tests")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    kept = page.get_by_role("link", name="I have kept them")
    kept.wait_for()
    assert barriers(page) == []
    kept.click()
    page.goto(live_server.url + reverse("mfa_index"))
    page.get_by_role("link", name="Rename ").first.click()
    page.wait_for_selector("h1:has-text('Rename a passkey')")
    assert barriers(page) == []
    page.goto(live_server.url + reverse("mfa_index"))
    page.get_by_role("link", name="Remove ").first.click()
    page.wait_for_selector(".messagelist")  # an approver keeps the only one
    assert barriers(page) == []
    page.get_by_role("button", name="Log out").click()
    page.goto(live_server.url + "/admin/")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_selector("#user-tools strong")
    assert page.text_content("#user-tools strong") == "approver"
    settings.STEP_UP_LIFETIME = settings.STEP_UP_LIFETIME * 0
    page.goto(live_server.url + ask_address(account, "close"))
    settings.STEP_UP_LIFETIME = settings.SESSION_IDLE
    assert barriers(page) == []
    page.get_by_role("button", name="Use your passkey").click()
    page.fill("[name=reason]", "Leaves us")
    page.fill("[name=confirmation]", str(account.pk))
    page.get_by_role("button", name="Ask to close for good").click()
    page.wait_for_url("**/operation/**")
    assert Operation.objects.get().reason == "Leaves us"
    assert complaints == []


@pytest.mark.looks
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_sign_in_is_sound(look, open_context, live_server, viewer):
    enrol_app(viewer)
    page = open_context(**LOOKS[look]).new_page()
    troubles, complaints = [], watch(page)

    def check(name):
        trouble = [*barriers(page), *complaints, *["too wide"][: page.evaluate(TOO_WIDE)]]
        troubles.extend((name, one) for one in trouble)

    page.goto(live_server.url + "/admin/")
    check("login")
    page.fill("[name=login]", "viewer")
    page.fill("[name=password]", "viewer-password-of-tests")
    page.get_by_role("button", name="Log in", exact=True).click()
    check("code")
    page.fill("[name=code]", code())
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("#user-tools strong")
    for name in INSIDE:
        page.goto(live_server.url + reverse(name))
        check(name)
    assert troubles == []


INSIDE = (
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "own_sessions",
)
