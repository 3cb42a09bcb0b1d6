"""S38, S39: planted secrets are nowhere: no page, file, row of the database, or line of the log.

Everything that handles them is made to happen first: requests are signed, tokens fetched, events
delivered over the secret path and refused on a wrong one, people sign in and fail to.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts_app import conf, schedule, work
from accounts_app.models import Account, AuditEntry, Customer, Operation
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import challenges
from accounts_app.services.evidence import packing
from accounts_app.services.evidence.scope import Scope
from backoffice import logs
from tests.admin.conftest import LISTED, address
from tests.admin.pages import signed_in
from tests.deliveries import Intake, event
from tests.factories import ask
from tests.services.test_card_numbers import everything

pytestmark = pytest.mark.django_db
PATH_SECRET = "canary-path-0123456789-abcdefghijklmnopqrstuvwxyz"
FORMER_PATH = "canary-former-0123456789-abcdefghijklmnopqrstuvwx"
PASSWORD = "canary password that somebody mistypes"
LINK = re.compile(r'href="(/(?:admin|sign-in)/[^"#]*)')
PAGES = 150


def key_line(pem: str) -> str:
    """Return the first line of a key's own text."""
    return next(line for line in pem.splitlines() if "-----" not in line)


@pytest.fixture
def planted(sandbox, settings, signing_key_pem, anchor_key_pem, tmp_path) -> dict[str, str]:
    """All our secrets by name, in force."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem
    settings.AUDIT_ANCHOR_DIRECTORY = str(tmp_path)
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["signature", "secret"]
    settings.OFFBLOCKS_WEBHOOK_SECRET = Secret(PATH_SECRET)
    settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET = Secret(FORMER_PATH)
    return {
        "Django's key": settings.SECRET_KEY,
        "API secret": sandbox.api_secret,
        "signing key": key_line(signing_key_pem),
        "anchor key": key_line(anchor_key_pem),
        "path": PATH_SECRET,
        "former path": FORMER_PATH,
        "password": PASSWORD,
    }


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line of the log, without the second line of defence that masks our own secrets."""
    parts = logs.configure(is_json=True)["formatters"]["line"]
    formatter = parts.pop("()")(**parts)
    told: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(formatter.format(record))

    keeper, root = Keeper(), logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield told
    root.removeHandler(keeper)
    root.setLevel(level)


@pytest.fixture
def lived(planted, lines, programme, operator, sandbox) -> dict[str, str]:
    """A day on which every secret was used; adds the bearer token that the provider gave us."""
    account = programme.account()
    _operations(account, operator, sandbox)
    _deliveries(sandbox)
    _troubles(account, operator, sandbox)
    Client().post(reverse("account_login"), {"login": operator.username, "password": PASSWORD})
    schedule.anchor_chain()
    schedule.check_subscription()
    token = conf.client()._transport._tokens.current()
    return {**planted, "bearer token": token}


def _operations(account: Account, operator, sandbox) -> None:
    opened = ask("create_account", account.customer, operator)
    work.advance(opened.pk)
    opened = Operation.objects.get(pk=opened.pk)
    text = challenges.current(opened.account).text
    signature = sandbox.world.sign(text, account.customer.chain_id)
    signed = ask("sign_challenge", opened.account, operator, fields={"signature": signature})
    work.advance(signed.pk)


def _deliveries(sandbox) -> None:
    for secret in (PATH_SECRET, FORMER_PATH):
        assert Intake(sandbox, secret).post(event()).status_code == 200
    stranger = Intake(sandbox, "nobody-knows-this-path")
    assert stranger.post(event()).status_code == 401
    assert Intake(sandbox, PATH_SECRET).post(event(), {}).status_code == 401


def _troubles(account: Account, operator, sandbox) -> None:
    """The provider's worst answers, which are the likeliest to be written down."""
    for action in ("drop_reply", "malformed", "kill_before"):
        sandbox.faults.add(operation="deactivateAccount", action=action, times=1)
    work.advance(ask("deactivate", account, operator).pk)
    sandbox.faults.add(operation="getAccount", action="malformed", times=1)
    with pytest.raises(ProviderError):
        conf.client().get_account(account.pk)


def found_in(content: str | bytes, secrets: dict[str, str]) -> list[str]:
    """Name the secrets that stand in it."""
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return [name for name, secret in secrets.items() if secret in text]


def test_the_search_finds_what_is_there(lived):
    assert found_in(f"x{PATH_SECRET}y", lived) == ["path"]
    assert all(len(secret) >= 20 for secret in lived.values())
    assert Operation.objects.count() == 3


def test_no_column_of_any_table_holds_one(lived):
    kept = everything()
    assert Operation.objects.first().digest in kept
    assert found_in(kept, lived) == []


def test_no_line_of_the_log_holds_one(lived, lines):
    assert any("/webhooks/offblocks/" in line for line in lines)
    assert {line[:200]: found for line in lines if (found := found_in(line, lived))} == {}


@pytest.mark.parametrize("name", ["operator", "approver", "auditor", "all_roles"])
def test_no_page_shows_one(lived, name, request):
    client = signed_in(request.getfixturevalue(name))
    waiting = ["/admin/", *(address(model, "changelist") for model in LISTED)]
    seen: dict[str, list[str]] = {}
    while waiting and len(seen) < PAGES:
        path = waiting.pop(0).replace("&amp;", "&")
        if path in seen or "logout" in path:
            continue
        answer = client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[path] = found_in(content, lived) + found_in(str(answer.headers), lived)
        waiting += LINK.findall(content.decode("utf-8", "replace"))
    assert len(seen) > 40
    assert {path: found for path, found in seen.items() if found} == {}


def test_no_exported_list_holds_one(lived, all_roles):
    client = signed_in(all_roles)
    for model in (Customer, Account, Operation, AuditEntry):
        answer = client.post(address(model, "export"))
        content = b"".join(answer.streaming_content)
        assert content.count(b"\n") > 1
        assert found_in(content, lived) == []


def test_no_evidence_pack_holds_one(lived, approver):
    until = timezone.now() + timedelta(minutes=1)
    scope = Scope(Customer.objects.first(), until - timedelta(days=3650), until)
    made = packing.export(scope, person=approver, reason="Asked by the regulator")
    with made.content as content, zipfile.ZipFile(io.BytesIO(content.read())) as pack:
        held = {name: pack.read(name) for name in pack.namelist()}
    assert len(held["evidence.json"]) > 1000
    assert {name: found for name in held if (found := found_in(held[name], lived))} == {}


def test_no_export_of_the_audit_and_no_anchor_holds_one(lived, tmp_path):
    call_command("audit_export", str(tmp_path / "audit.jsonl"), verbosity=0)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert {
        path.name: found for path in files if (found := found_in(path.read_bytes(), lived))
    } == {}
