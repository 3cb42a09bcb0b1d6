"""In production no process starts with an insecure setting, whoever starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User

from accounts_app import rights
from accounts_app.offblocks.signing import public_pem
from tests import processes

ROOT = Path(__file__).resolve().parents[1]
SERVER = ("-c", "import backoffice.wsgi")

INSECURE = {
    "debugging": ({"DEBUG": "true"}, "accounts_app.E013"),
    "the demo": ({"DEMO": "true"}, "accounts_app.E014"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "accounts_app.E012"),
    "plain http": ({"PUBLIC_URL": "http://accounts.example.com"}, "accounts_app.E015"),
    "no address of its own": ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "accounts_app.E037"),
    "a plain provider": (
        {"OFFBLOCKS_BASE_URL": "http://api.offblocks.xyz/v1"},
        "accounts_app.E003",
    ),
    "no proof of deliveries": ({"OFFBLOCKS_WEBHOOK_AUTH": ""}, "accounts_app.E006"),
    "another proof of deliveries": ({"OFFBLOCKS_WEBHOOK_AUTH": "none"}, "accounts_app.E006"),
    "a guessable webhook path": (
        {"OFFBLOCKS_WEBHOOK_AUTH": "secret", "OFFBLOCKS_WEBHOOK_SECRET": "guess"},
        "accounts_app.E008",
    ),
    "a resend window too long": ({"RESEND_WINDOW": "3600"}, "accounts_app.E011"),
    "no key id for deliveries": ({"OFFBLOCKS_WEBHOOK_KEY_ID": ""}, "accounts_app.E007"),
    "no credentials": ({"OFFBLOCKS_API_KEY": ""}, "accounts_app.E004"),
    "days without a new sign-in": ({"SESSION_LIFETIME": "90000"}, "accounts_app.W010"),
    "an unwatched session": ({"SESSION_IDLE": "3600"}, "accounts_app.W010"),
    "an old second factor": ({"STEP_UP_LIFETIME": "3600"}, "accounts_app.W010"),
    "a short lockout": ({"SIGN_IN_LOCKOUT": "60"}, "accounts_app.W010"),
    "endless guesses": ({"SIGN_IN_FAILURES": "1000"}, "accounts_app.W011"),
    "quick guesses": ({"SIGN_IN_RATE": "100000"}, "accounts_app.W011"),
    "approvers who can be phished": ({"PASSKEY_ROLES": "user admin"}, "accounts_app.W012"),
    "a plain sign-on": ({"OIDC_ISSUER": "http://sso.example.com"}, "accounts_app.E046"),
    "a sign-on without a secret": ({"OIDC_ISSUER": "https://sso.example.com"}, "accounts_app.E041"),
    "a sign-on without a second factor": (
        {"OIDC_ISSUER": "https://sso.example.com", "OIDC_MFA_VALUES": ""},
        "accounts_app.E042",
    ),
    "a plain look-up of passwords": ({"PASSWORD_BREACH_URL": "http://x/"}, "accounts_app.E043"),
    "a short key of factors": ({"FACTOR_KEY": "short"}, "accounts_app.E045"),
    "no guess at all": ({"SIGN_IN_FAILURES": "0"}, "accounts_app.E044"),
    "closing by one person": ({"FOUR_EYES_KINDS": "reactivate"}, "accounts_app.W001"),
    "the sandbox": ({"OFFBLOCKS_BASE_URL": "https://127.0.0.1:8001/v1"}, "accounts_app.E034"),
    "everybody as a proxy": ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "accounts_app.E030"),
    "a second key without an id": (
        {"OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY": "a key"},
        "accounts_app.E031",
    ),
    "a guessable path of before": (
        {"OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET": "guess"},
        "accounts_app.E032",
    ),
    "deliveries of any age": ({"OFFBLOCKS_WEBHOOK_MAX_AGE": "172800"}, "accounts_app.E035"),
    "refusals without a limit": ({"REFUSED_PER_SECOND": "0"}, "accounts_app.E036"),
    "nobody who signs the audit": ({"AUDIT_ANCHOR_KEY_FILE": ""}, "accounts_app.W040"),
    "a key that signs no audit": (
        {"AUDIT_ANCHOR_KEY_FILE": "", "AUDIT_ANCHOR_KEY": "no key"},
        "accounts_app.E047",
    ),
    "anchors beside their chain": ({"AUDIT_ANCHOR_DIRECTORY": ""}, "accounts_app.W041"),
    "anchors that go nowhere": ({"AUDIT_ANCHOR_DIRECTORY": "/nowhere"}, "accounts_app.W042"),
    "anchors anybody can change on the way": (
        {"AUDIT_ANCHOR_MAIL": "auditor@example.com", "EMAIL_URL": "smtp://mail.example.com:25"},
        "accounts_app.W043",
    ),
    "erasing too soon": ({"RETENTION_YEARS": "1"}, "accounts_app.W044"),
}


def started(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Start a process with this environment alone."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def assert_refused(process, number: str) -> None:
    """It ended at once, with the mistake in words and no stack trace."""
    assert process.returncode == 1
    assert "Not started: the configuration is insecure." in process.stderr
    assert number in process.stderr
    assert "Traceback" not in process.stderr


def test_a_sound_server_starts(production):
    process = started(*SERVER, **production)
    assert process.returncode == 0
    assert "Not started" not in process.stderr


@pytest.mark.parametrize(("change", "number"), INSECURE.values(), ids=INSECURE)
def test_an_insecure_setting_keeps_the_server_from_starting(production, change, number):
    assert_refused(started(*SERVER, **production | change), number)


def test_a_short_secret_key_keeps_the_server_from_starting(production):
    del production["SECRET_KEY_FILE"]
    assert_refused(started(*SERVER, SECRET_KEY="short", **production), "accounts_app.E001")


def test_a_secret_that_others_can_read_keeps_the_server_from_starting(production):
    Path(production["OFFBLOCKS_SIGNING_KEY_FILE"]).chmod(0o444)
    assert_refused(started(*SERVER, **production), "accounts_app.E016")


def test_our_own_key_as_the_providers_keeps_the_server_from_starting(production, signing_key_pem):
    del production["OFFBLOCKS_WEBHOOK_PUBLIC_KEY_FILE"]
    ours = {"OFFBLOCKS_WEBHOOK_PUBLIC_KEY": public_pem(signing_key_pem)}
    assert_refused(started(*SERVER, **production | ours), "accounts_app.E033")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_s1_a_superuser_who_acts_keeps_the_server_from_starting(production):
    superuser = User.objects.create_superuser("root")
    superuser.groups.add(Group.objects.get(name=rights.APPROVER))
    database = {"DATABASE_URL": processes.database_url()}
    assert_refused(started(*SERVER, **production | database), "accounts_app.E040")


def test_the_worker_starts_no_more_than_the_server(production):
    process = started("manage.py", "run_worker", "--once", **production | {"DEMO": "true"})
    assert process.returncode == 1
    assert "accounts_app.E014" in process.stderr
    secret = Path(production["SECRET_KEY_FILE"])
    secret.chmod(0o444)
    assert_refused(started("manage.py", "run_worker", "--once", **production), "accounts_app.E016")


@pytest.mark.parametrize("program", ["worker", "beat"])
def test_celery_starts_no_more_than_the_server(production, program, tmp_path):
    Path(production["SECRET_KEY_FILE"]).chmod(0o444)
    options = ("--schedule", str(tmp_path / "beat")) if program == "beat" else ("--pool", "solo")
    process = started("-m", "celery", "--app", "backoffice", program, *options, **production)
    assert_refused(process, "accounts_app.E016")


def test_on_this_machine_alone_the_demo_may_start(production):
    here = {"PUBLIC_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1", "DEMO": "true"}
    assert started(*SERVER, **production | here).returncode == 0
