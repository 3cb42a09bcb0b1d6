"""The project as a whole: its commands in a good, an empty and a broken environment; its papers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
READ = re.compile(r'(?:env\.\w+|seconds|secret)\(\s*"([A-Z_]+)"')
DOCUMENTED = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)

without_env_file = pytest.mark.skipif(
    (ROOT / ".env").exists(), reason="a .env fills what these leave out"
)


def manage(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run manage.py with this environment and nothing else."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean_in_production(production):
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **production)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout == "System check identified no issues (0 silenced).\n"


COOKIES = """
from django.conf import settings as s
for name in ("SESSION", "CSRF", "LANGUAGE"):
    about = [getattr(s, f"{name}_COOKIE_{what}") for what in ("SECURE", "HTTPONLY", "SAMESITE")]
    print(getattr(s, f"{name}_COOKIE_NAME"), getattr(s, f"{name}_COOKIE_DOMAIN", None), *about)
"""


def test_s20_cookies_are_bound_to_the_host_in_production(production):
    told = manage("shell", "--verbosity=0", "--command", COOKIES, **production).stdout.split("\n")
    names = ("sessionid", "csrftoken", "language")
    assert told[:-1] == [f"__Host-{name} None True True Lax" for name in names]


def test_the_deployment_check_finds_a_readable_secret(production):
    Path(production["SECRET_KEY_FILE"]).chmod(0o444)
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **production)
    assert checked.returncode == 1
    assert "accounts_app.E016" in checked.stderr


@without_env_file
@pytest.mark.parametrize("command", ["check", "migrate", "run_worker", "sync", "makemigrations"])
def test_an_empty_environment_is_refused_in_plain_sentences(command):
    refused = manage(command)
    assert refused.returncode == 1
    assert "SECRET_KEY is missing" in refused.stderr
    assert "Traceback" not in refused.stderr


BROKEN = {
    "a file that is not there": {"SECRET_KEY_FILE": "/nowhere/secret_key"},
    "a number that is none": {"BULK_LIMIT": "many"},
    "a duration that is none": {"SEND_LEASE": "long"},
    "a database that is none": {"DATABASE_URL": "somewhere"},
}


@without_env_file
@pytest.mark.parametrize("environment", BROKEN.values(), ids=BROKEN)
def test_a_broken_environment_is_refused_in_plain_sentences(environment):
    refused = manage("check", **environment)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_an_unknown_database_is_named(production):
    refused = manage("check", **production | {"DATABASE_URL": "somewhere"})
    assert "accounts_app.E017" in refused.stderr


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", dry_run=True)
    assert capsys.readouterr().out == "No changes detected\n"


def test_every_setting_is_documented():
    sources = "".join(path.read_text() for path in (ROOT / "backoffice").glob("*.py"))
    read = set(READ.findall(sources))
    assert read == set(DOCUMENTED.findall((ROOT / ".env.example").read_text()))


def test_the_example_holds_no_secret():
    values = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert not any(values[name] for name in values if name.endswith(("SECRET", "KEY", "_ID")))
