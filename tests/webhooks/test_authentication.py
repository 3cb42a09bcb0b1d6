"""Who is believed: by signature, by the secret path, by both, and nobody when nothing is set."""

import secrets

import pytest

from accounts_app.offblocks.credentials import Secret
from tests.deliveries import Intake, event
from tests.webhooks.signature_cases import SignatureCases


@pytest.fixture
def secret(settings) -> str:
    """A secret path that is in force."""
    secret = secrets.token_urlsafe(32)
    settings.OFFBLOCKS_WEBHOOK_SECRET = Secret(secret)
    return secret


class TestSignature(SignatureCases):
    """The entrance without a secret in its path."""

    @pytest.fixture
    def entrance(self, intake):
        return intake


class TestSignatureAndSecret(SignatureCases):
    """The entrance that wants both."""

    @pytest.fixture
    def entrance(self, sandbox, db, settings, secret):
        settings.OFFBLOCKS_WEBHOOK_AUTH = ["signature", "secret"]
        return Intake(sandbox, secret)

    def test_w16_the_signature_alone_is_refused(self, entrance, sandbox):
        assert self.refused(Intake(sandbox).post(event()))


class TestSecret:
    """The entrance that knows only the secret."""

    @pytest.fixture(autouse=True)
    def _by_secret_only(self, settings, secret):
        settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]

    def test_the_right_secret_suffices(self, sandbox, db, secret):
        assert Intake(sandbox, secret).post(event(), {}).status_code == 200

    def test_w16_another_secret_is_refused(self, sandbox, db, secret):
        assert Intake(sandbox, secret + "x").post(event(), {}).status_code == 401

    @pytest.mark.parametrize("odd", ["%00", "%ff", "%ed%a0%80", "é" * 300, "a%2Fb", "%", "\u2028"])
    def test_w16_an_odd_secret_is_refused(self, intake, odd):
        intake.path += f"{odd}/"
        assert intake.post(event(), {}).status_code in {400, 401, 404}

    def test_w16_a_path_without_secret_is_refused(self, intake):
        assert intake.post(event()).status_code == 401

    def test_w16_an_empty_secret_opens_nothing(self, intake, settings):
        settings.OFFBLOCKS_WEBHOOK_SECRET = Secret("")
        assert intake.post(event()).status_code == 401


@pytest.mark.parametrize("proofs", [[], ["none"], ["signature", "other"]])
def test_a_configuration_we_do_not_understand_lets_nobody_in(intake, settings, proofs):
    settings.OFFBLOCKS_WEBHOOK_AUTH = proofs
    assert intake.post(event()).status_code == 401


def test_without_a_key_id_nobody_is_let_in(intake, settings):
    settings.OFFBLOCKS_WEBHOOK_KEY_ID = ""
    assert intake.post(event()).status_code == 401
