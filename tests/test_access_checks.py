"""The system checks of sign-in: silent when all is well, else one finding per mistake."""

from datetime import timedelta

import pytest

from accounts_app import access_checks
from accounts_app.offblocks.credentials import Secret

ISSUER = "https://sso.example.com"
SIGN_ON = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": "we", "OIDC_CLIENT_SECRET": "ours"}

MISTAKES = {
    "a plain issuer": ({**SIGN_ON, "OIDC_ISSUER": "http://sso.example.com"}, "E046"),
    "no id": ({**SIGN_ON, "OIDC_CLIENT_ID": ""}, "E041"),
    "no secret": ({**SIGN_ON, "OIDC_CLIENT_SECRET": ""}, "E041"),
    "nothing proves a factor": ({**SIGN_ON, "OIDC_MFA_VALUES": []}, "E042"),
    "anything proves a factor": ({**SIGN_ON, "OIDC_MFA_VALUES": ["mfa", ""]}, "E042"),
    "a plain look-up": ({"PASSWORD_BREACH_URL": "http://127.0.0.1/range/"}, "E043"),
    "a short key": ({"FACTOR_KEY": Secret("short")}, "E045"),
    "no attempt": ({"SIGN_IN_RATE": 0}, "E044"),
    "no time": ({"STEP_UP_LIFETIME": timedelta(0)}, "E044"),
}


def test_a_sound_configuration_is_silent():
    assert access_checks.check_single_sign_on() == access_checks.check_sign_in() == []


def test_a_whole_sign_on_is_silent(settings):
    for name, value in SIGN_ON.items():
        setattr(settings, name, value)
    assert access_checks.check_single_sign_on() == []


@pytest.mark.parametrize(("changes", "number"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_error_that_says_what_to_type(settings, changes, number):
    for name, value in changes.items():
        setattr(settings, name, value)
    (error,) = access_checks.check_single_sign_on()
    assert error.id == f"accounts_app.{number}"
    assert error.hint.startswith("Put ")
