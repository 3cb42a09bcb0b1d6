"""The system checks: silent when all is well, else one error per mistake, with what to type."""

import ast
import inspect
import stat
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from django.core import checks as django_checks

from accounts_app import apps, checks
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.signing import public_pem

TOKEN = "0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOP"

MISTAKES = {
    "no secret key": ({"SECRET_KEY": ""}, "E001"),
    "a short secret key": ({"SECRET_KEY": TOKEN[:49]}, "E001"),
    "no provider": ({"OFFBLOCKS_BASE_URL": ""}, "E002"),
    "a provider over http": ({"OFFBLOCKS_BASE_URL": "http://api.example.com/v1"}, "E003"),
    "a provider without scheme": ({"OFFBLOCKS_BASE_URL": "api.example.com/v1"}, "E003"),
    "no API key": ({"OFFBLOCKS_API_KEY": ""}, "E004"),
    "no API secret": ({"OFFBLOCKS_API_SECRET": Secret("")}, "E004"),
    "no key id": ({"OFFBLOCKS_SIGNING_KEY_ID": ""}, "E004"),
    "no signing key": ({"OFFBLOCKS_SIGNING_KEY": Secret("")}, "E004"),
    "an unreadable signing key": ({"OFFBLOCKS_SIGNING_KEY": Secret("key")}, "E005"),
    "no proof": ({"OFFBLOCKS_WEBHOOK_AUTH": []}, "E006"),
    "an unknown proof": ({"OFFBLOCKS_WEBHOOK_AUTH": ["signature", "none"]}, "E006"),
    "no webhook key": ({"OFFBLOCKS_WEBHOOK_PUBLIC_KEY": ""}, "E007"),
    "no webhook key id": ({"OFFBLOCKS_WEBHOOK_KEY_ID": ""}, "E007"),
    "no webhook secret": (
        {"OFFBLOCKS_WEBHOOK_AUTH": ["secret"], "OFFBLOCKS_WEBHOOK_SECRET": Secret("")},
        "E008",
    ),
    "a webhook secret with a slash": (
        {"OFFBLOCKS_WEBHOOK_AUTH": ["secret"], "OFFBLOCKS_WEBHOOK_SECRET": Secret(f"{TOKEN}/")},
        "E008",
    ),
    "an unknown engine": ({"WORK_ENGINE": "threads"}, "E009"),
    "an unknown encoding": ({"OFFBLOCKS_SIGNATURE_ENCODING": "der"}, "E009"),
    "an unknown log format": ({"LOG_FORMAT": "xml"}, "E009"),
    "an unknown kind": ({"FOUR_EYES_KINDS": ["close", "freeze"]}, "E010"),
    "an unknown kind to review": ({"REVIEWED_KINDS": ["freeze"]}, "E020"),
    "no operations at all": ({"OPERATIONS_PER_HOUR": 0}, "E021"),
    "a review at once": ({"REVIEW_WORKING_DAYS": 0}, "E021"),
    "unmasking for no time": ({"UNMASKED_FOR": timedelta(0)}, "E022"),
    "resending too long": ({"RESEND_WINDOW": timedelta(minutes=44)}, "E011"),
    "any host": ({"ALLOWED_HOSTS": ["*"]}, "E012"),
    "debugging in public": ({"DEBUG": True, "ALLOWED_HOSTS": ["accounts.example.com"]}, "E013"),
    "a public demo": ({"DEMO": True, "PUBLIC_URL": "https://accounts.example.com"}, "E014"),
    "a public address over http": ({"PUBLIC_URL": "http://accounts.example.com"}, "E015"),
    "no reads at all": ({"OFFBLOCKS_READS_PER_SECOND": 0}, "E018"),
    "nothing at once": ({"BULK_LIMIT": 0}, "E019"),
    "too many at once": ({"BULK_LIMIT": 21}, "E019"),
}


@pytest.fixture(autouse=True)
def _sound(settings, signing_key_pem):
    """A configuration without a mistake."""
    settings.SECRET_KEY = TOKEN
    settings.OFFBLOCKS_API_KEY = "given by the provider"
    settings.OFFBLOCKS_API_SECRET = Secret("given by the provider")
    settings.OFFBLOCKS_SIGNING_KEY = Secret(signing_key_pem)
    settings.OFFBLOCKS_SIGNING_KEY_ID = settings.OFFBLOCKS_WEBHOOK_KEY_ID = "an id"
    settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY = public_pem(signing_key_pem)


def apply(settings, changes: dict[str, object]) -> None:
    """Make a mistake."""
    for name, value in changes.items():
        setattr(settings, name, value)


def test_a_sound_configuration_is_silent():
    assert checks.check_configuration() == []


def test_django_runs_them():
    registered = django_checks.registry.registry.get_checks(include_deployment_checks=True)
    assert {checks.check_configuration, checks.check_secret_files} <= set(registered)


def numbers() -> Iterator[tuple[str, str]]:
    """Yield every id that a check gives out, and the module it is of."""
    for name in apps.CHECKS:
        tree = ast.walk(ast.parse(inspect.getsource(import_module(f"accounts_app.{name}"))))
        for call in (node for node in tree if isinstance(node, ast.Call)):
            sort = getattr(call.func, "id", "").strip("_")
            if sort in {"error", "warning"}:
                (number,) = (
                    one.value
                    for one in call.args
                    if type(one) is ast.Constant and type(one.value) is int
                )
                yield f"{sort} {number}", name


def test_no_id_is_of_two_checks():
    places = defaultdict(set)
    for number, name in numbers():
        places[number].add(name)
    assert len(places) > 50
    assert {number: names for number, names in places.items() if len(names) > 1} == {}


@pytest.mark.parametrize(("changes", "number"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_error_that_says_what_to_type(settings, changes, number):
    apply(settings, changes)
    (error,) = checks.check_configuration()
    assert error.id == f"accounts_app.{number}"
    assert error.hint.startswith(("Type: ", "Put "))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.8.8.8"])
def test_this_machine_needs_no_encryption(settings, host):
    settings.OFFBLOCKS_BASE_URL = settings.PUBLIC_URL = f"http://{host}:8001"
    settings.DEMO = True
    assert checks.check_configuration() == []


def test_debugging_on_this_machine_is_fine(settings):
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["127.0.0.1", "localhost"]
    assert checks.check_configuration() == []


@pytest.mark.parametrize(("mode", "is_found"), [(0o400, False), (0o440, False), (0o444, True)])
def test_a_secret_that_others_can_read_is_found(tmp_path, monkeypatch, mode, is_found):
    path = tmp_path / "secret"
    path.write_text("secret")
    path.chmod(mode)
    monkeypatch.setenv("OFFBLOCKS_API_SECRET_FILE", str(path))
    errors = checks.check_secret_files()
    assert [error.hint for error in errors] == [f"Type: chmod 400 {path}"] * is_found
    assert stat.S_IMODE(path.stat().st_mode) == mode
