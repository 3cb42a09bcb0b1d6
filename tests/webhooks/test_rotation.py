"""Two keys and two secrets in force at once: one can be changed without losing a delivery."""

import secrets

import pytest

from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.signing import public_pem
from tests.deliveries import Intake, event
from tests.webhooks.signature_cases import new_pem, signed_by

SECOND_ID = "the-next-key"


@pytest.fixture
def second_pem(settings) -> str:
    """The private half of a second key of the provider's, in force beside the first."""
    pem = new_pem()
    settings.OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY = public_pem(pem)
    settings.OFFBLOCKS_WEBHOOK_SECOND_KEY_ID = SECOND_ID
    return pem


def test_both_keys_are_believed_while_one_is_changed(intake, second_pem):
    new = signed_by(second_pem, SECOND_ID, intake, event())
    assert [intake.post(event(), headers).status_code for headers in (None, new)] == [200, 200]


def test_a_key_under_the_other_keys_id_is_refused(intake, second_pem, settings):
    headers = signed_by(second_pem, settings.OFFBLOCKS_WEBHOOK_KEY_ID, intake, event())
    assert intake.post(event(), headers).status_code == 401


def test_a_key_that_was_taken_out_is_refused(intake, second_pem, settings):
    headers = signed_by(second_pem, SECOND_ID, intake, event())
    settings.OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY = ""
    assert intake.post(event(), headers).status_code == 401


def test_the_new_key_is_enough_once_the_old_one_is_gone(intake, second_pem, settings):
    settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY = settings.OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY
    settings.OFFBLOCKS_WEBHOOK_KEY_ID = SECOND_ID
    assert intake.post(event()).status_code == 401
    headers = signed_by(second_pem, SECOND_ID, intake, event())
    assert intake.post(event(), headers).status_code == 200


@pytest.mark.parametrize("which", ["", "SECOND_"])
def test_our_own_key_is_no_proof_even_when_it_is_configured(intake, settings, which):
    ours = settings.OFFBLOCKS_SIGNING_KEY.reveal()
    setattr(settings, f"OFFBLOCKS_WEBHOOK_{which}PUBLIC_KEY", public_pem(ours))
    setattr(settings, f"OFFBLOCKS_WEBHOOK_{which}KEY_ID", "an id of theirs")
    headers = signed_by(ours, "an id of theirs", intake, event())
    assert intake.post(event(), headers).status_code == 401


@pytest.fixture
def both_secrets(settings) -> tuple[str, str]:
    """The secret in force, and the one before it."""
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    now, before = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    settings.OFFBLOCKS_WEBHOOK_SECRET = Secret(now)
    settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET = Secret(before)
    return now, before


def test_both_secrets_are_believed_while_one_is_changed(sandbox, db, both_secrets):
    answers = [Intake(sandbox, secret).post(event(), {}).status_code for secret in both_secrets]
    assert answers == [200, 200]


def test_a_secret_that_was_taken_out_is_refused(sandbox, db, both_secrets, settings):
    settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET = Secret("")
    assert Intake(sandbox, both_secrets[1]).post(event(), {}).status_code == 401


def test_a_previous_secret_alone_opens_nothing_without_the_right_text(
    sandbox, db, both_secrets, settings
):
    settings.OFFBLOCKS_WEBHOOK_SECRET = Secret("")
    assert Intake(sandbox).post(event(), {}).status_code == 401
    assert Intake(sandbox, both_secrets[1]).post(event(), {}).status_code == 200
