"""The checks of whom we believe: silent when all is well, else one error that says what to type."""

import stat
from datetime import timedelta

import pytest

from accounts_app import checks, edge_checks
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.signing import public_pem
from tests.webhooks.signature_cases import new_pem

THEIRS = public_pem(new_pem())
SECOND = {
    "OFFBLOCKS_WEBHOOK_SECOND_KEY_ID": "another id",
    "OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY": public_pem(new_pem()),
}
MISTAKES = {
    "a second key without id": (SECOND | {"OFFBLOCKS_WEBHOOK_SECOND_KEY_ID": ""}, "E031"),
    "two keys of one id": (SECOND | {"OFFBLOCKS_WEBHOOK_SECOND_KEY_ID": "an id"}, "E031"),
    "an unreadable second key": (SECOND | {"OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY": "k"}, "E031"),
    "a short previous secret": (
        {"OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET": Secret("short")},
        "E032",
    ),
    "no refusal at all": ({"REFUSED_PER_SECOND": 0}, "E036"),
    "an age of nothing": ({"OFFBLOCKS_WEBHOOK_MAX_AGE": timedelta()}, "E035"),
    "an age of two days": ({"OFFBLOCKS_WEBHOOK_MAX_AGE": timedelta(days=2)}, "E035"),
}


@pytest.fixture(autouse=True)
def _sound(settings, signing_key_pem):
    """A configuration without a mistake."""
    settings.OFFBLOCKS_SIGNING_KEY = Secret(signing_key_pem)
    settings.OFFBLOCKS_WEBHOOK_KEY_ID = "an id"
    settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY = THEIRS


def test_a_sound_configuration_is_silent(settings):
    for name, value in SECOND.items():
        setattr(settings, name, value)
    assert edge_checks.check_edges() == []


@pytest.mark.parametrize(("changes", "number"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_error_that_says_what_to_type(settings, changes, number):
    for name, value in changes.items():
        setattr(settings, name, value)
    (error,) = edge_checks.check_edges()
    assert error.id == f"accounts_app.{number}"
    assert error.hint.startswith("Put ")


@pytest.mark.parametrize("which", ["PUBLIC_KEY", "SECOND_PUBLIC_KEY"])
def test_our_own_key_is_never_the_providers(settings, signing_key_pem, which):
    settings.OFFBLOCKS_WEBHOOK_SECOND_KEY_ID = "another id"
    settings.OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY = SECOND["OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY"]
    setattr(settings, f"OFFBLOCKS_WEBHOOK_{which}", public_pem(signing_key_pem))
    assert [error.id for error in edge_checks.check_edges()] == ["accounts_app.E033"]


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:8001", "[::1]:8001"])
def test_a_deployment_never_speaks_to_the_sandbox(settings, host):
    settings.OFFBLOCKS_BASE_URL = f"http://{host}/v1"
    assert [error.id for error in edge_checks.check_provider()] == ["accounts_app.E034"]


def test_a_deployment_speaks_to_a_provider(settings):
    settings.OFFBLOCKS_BASE_URL = "https://api.offblocks.xyz/v1"
    assert edge_checks.check_provider() == []


@pytest.mark.parametrize(
    ("name", "mode", "is_found"),
    [
        ("OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET", 0o404, True),
        ("OFFBLOCKS_SIGNING_KEY", 0o420, True),
        ("OFFBLOCKS_SIGNING_KEY", 0o440, False),
        ("OFFBLOCKS_WEBHOOK_PUBLIC_KEY", 0o444, False),
        ("OFFBLOCKS_WEBHOOK_PUBLIC_KEY", 0o464, True),
        ("OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY", 0o646, True),
    ],
)
def test_a_file_that_others_can_use_is_found(tmp_path, monkeypatch, name, mode, is_found):
    path = tmp_path / "file"
    path.write_text("text")
    path.chmod(mode)
    monkeypatch.setenv(f"{name}_FILE", str(path))
    assert [error.id for error in checks.check_secret_files()] == ["accounts_app.E016"] * is_found
    assert stat.S_IMODE(path.stat().st_mode) == mode
