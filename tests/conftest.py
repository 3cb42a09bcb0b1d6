"""What every test may ask for: the sandbox on real sockets, the people, and a quiet database."""

import gc
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.utils import timezone

from accounts_app import clock, conf
from accounts_app.card_notes import notes
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.signing import public_pem
from accounts_app.services import strength
from accounts_app.webhooks import tally
from sandbox.server import Sandbox
from tests import guarded
from tests.factories import Programme

# A test makes and drops thousands of objects beside the hundreds of thousands that stay: looked for
# as often as usual, garbage takes up to a tenth of the suite's time.
gc.set_threshold(20_000, 20, 100)

# How long an example takes tells of the machine, not of the code.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups, each played by one process: at the end all others would wait for it.

    Not with those that have our database: they would empty it before others look at it.
    """
    items.sort(key=lambda item: not _is_grouped(item) or _has_database(item))


def _is_grouped(item: pytest.Item) -> bool:
    return item.get_closest_marker("xdist_group") is not None


def _has_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file: threads and processes cannot share one in memory."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        folder: Path = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _emptied_after_commits() -> None:
    """Let the suite, which owns its database, empty tables that the database guards."""
    guarded.let_flush(type(connection.ops))


@pytest.fixture(autouse=True)
def _quick_tests(settings) -> None:
    """Hash passwords quickly, and serve static files under their own names."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _busy_people(settings) -> None:
    """Let one person ask for much, and in haste: how much is too much has tests of its own."""
    settings.OPERATIONS_PER_HOUR = settings.CLOSES_PER_HOUR = 10_000
    settings.SIGN_IN_DELAY = timedelta(0)


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    """Let no test, nor the end of the run, tell what lines of the log held in another."""
    yield
    notes.take()


@pytest.fixture(autouse=True)
def _nothing_uncounted() -> Iterator[None]:
    """Let no test count what was refused in another and not counted yet."""
    yield
    tally._uncounted.clear()


@pytest.fixture(autouse=True)
def _travelling_clock(monkeypatch) -> None:
    """Let the database's clock travel with the test: PostgreSQL's own would stay behind."""
    monkeypatch.setattr(clock, "now", timezone.now)


@pytest.fixture(autouse=True)
def _proven(request) -> Iterator[None]:
    """Let whoever a test signs in by `force_login` have shown a password and a passkey just now.

    `@pytest.mark.unproven` leaves them with a session that has shown nothing.
    """
    if request.node.get_closest_marker("unproven"):
        yield
        return
    user_logged_in.connect(_prove)
    yield
    user_logged_in.disconnect(_prove)


def _prove(request, user, **_kwargs) -> None:
    if request.method is None:  # no browser sent it: `force_login` made it up
        strength.begin(request, user.pk, strength.PASSWORD)
        strength.prove(request, user.pk, strength.PASSKEY)


@pytest.fixture(scope="session")
def signing_key_pem() -> str:
    """A P-384 key for the session: making one is slow enough to share it."""
    return _new_pem()


@pytest.fixture(scope="session")
def provider_key_pem() -> str:
    """The public half of somebody else's."""
    return public_pem(_new_pem())


def _new_pem() -> str:
    key = ec.generate_private_key(ec.SECP384R1())
    encoding = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    return key.private_bytes(*encoding, serialization.NoEncryption()).decode()


@pytest.fixture(scope="session")
def anchor_key_pem() -> str:
    """An Ed25519 key for the session."""
    key = ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def sandbox(request, settings, signing_key_pem) -> Iterator[Sandbox]:
    """The pretend provider, told our key, with its deliveries in the test's hands.

    `@pytest.mark.sandbox(change_seconds=60)` gives it other options.
    """
    options = {"deliveries": "manual", "screening_seconds": 0, "deployment_seconds": 0}
    marker = request.node.get_closest_marker("sandbox")
    with Sandbox(db=":memory:", **(options | (marker.kwargs if marker else {}))) as provider:
        settings.OFFBLOCKS_BASE_URL = provider.url
        settings.OFFBLOCKS_API_KEY = provider.api_key
        settings.OFFBLOCKS_API_SECRET = Secret(provider.api_secret)
        settings.OFFBLOCKS_SIGNING_KEY = Secret(signing_key_pem)
        settings.OFFBLOCKS_SIGNING_KEY_ID = "not uploaded yet"
        uploaded = conf.client().upload_signing_key(public_pem(signing_key_pem))
        settings.OFFBLOCKS_SIGNING_KEY_ID = uploaded.value.key_id
        settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY = provider.webhook_public_key
        settings.OFFBLOCKS_WEBHOOK_KEY_ID = provider.webhook_key_id
        settings.OFFBLOCKS_READS_PER_SECOND = 10_000
        yield provider


@pytest.fixture
def programme(sandbox, db) -> Programme:
    """Customers, accounts and cards at the provider, mirrored through the door."""
    return Programme(sandbox)


def _person(name: str) -> User:
    login = name.replace(" ", "_")
    person = User.objects.create_user(login, password=f"{login}-password-of-tests", is_staff=True)
    person.groups.add(Group.objects.get(name=name))
    return person


@pytest.fixture
def viewer(db) -> User:
    """Somebody who may only look."""
    return _person("viewer")


@pytest.fixture
def operator(db) -> User:
    """Somebody who may ask for operations."""
    return _person("operator")


@pytest.fixture
def approver(db) -> User:
    """Somebody who may ask, and agree to what others asked."""
    return _person("approver")


@pytest.fixture
def auditor(db) -> User:
    """Somebody who may read everything."""
    return _person("auditor")


@pytest.fixture
def user_admin(db) -> User:
    """Somebody who says who may do what, and does nothing of it."""
    return _person("user admin")


@pytest.fixture
def production(tmp_path, signing_key_pem, provider_key_pem, anchor_key_pem) -> dict[str, str]:
    """A production-like environment, its secrets in files that only we can read."""
    files = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "OFFBLOCKS_API_SECRET": secrets.token_urlsafe(48),
        "OFFBLOCKS_SIGNING_KEY": signing_key_pem,
        "OFFBLOCKS_WEBHOOK_PUBLIC_KEY": provider_key_pem,
        "AUDIT_ANCHOR_KEY": anchor_key_pem,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.write_text(text)
        path.chmod(0o400)
    return {
        **{f"{name}_FILE": str(tmp_path / name) for name in files},
        "ALLOWED_HOSTS": "accounts.example.com",
        "AUDIT_ANCHOR_DIRECTORY": str(tmp_path),
        "DATABASE_URL": "postgres://backoffice:secret@database:5432/backoffice",
        "OFFBLOCKS_API_KEY": "5f0c7f1e-93d3-4a39-8b35-2f8f7f6f0a01",
        "OFFBLOCKS_BASE_URL": "https://api.offblocks.xyz/v1",
        "OFFBLOCKS_SIGNING_KEY_ID": "ours",
        "OFFBLOCKS_WEBHOOK_KEY_ID": "theirs",
        "PUBLIC_URL": "https://accounts.example.com",
    }
