"""The stack's own secrets, each a long random text, are nowhere but in their own files."""

import re
from pathlib import Path

import pytest

from tests.journeys.office import Office, Person
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

SECRETS = ("secret_key", "api_secret", "signing_key.pem", "demo_password")
LINK = re.compile(r'href="(/admin/[^"#?]*)')
PAGES = 40
ODD_PAGES = ("accounts_app/account/nothing/change/", "nothing/", "accounts_app/account/?q=%00&p=x")


@pytest.fixture
def planted(stack: Stack) -> dict[str, bytes]:
    """What is looked for: each secret, and of a key in PEM its first line."""
    texts = {name: stack.secret(name).strip() for name in SECRETS}
    return {
        name: next(line for line in text.splitlines() if "-----" not in line).encode()
        for name, text in texts.items()
    }


def found_in(content: bytes, planted: dict[str, bytes], but: tuple[str, ...] = ()) -> list[str]:
    """Name the secrets that stand in it."""
    return [name for name, text in planted.items() if name not in but and text in content]


def pages_of(person: Person, stack: Stack) -> dict[str, bytes]:
    """Follow links from the start page, and ask for pages that do not exist."""
    ask, waiting, seen = person.page.request, ["/admin/"], {}
    waiting += [f"/admin/{path}" for path in ODD_PAGES]
    while waiting and len(seen) < PAGES:
        path = waiting.pop(0)
        if path not in seen and "logout" not in path:
            seen[path] = ask.get(stack.url + path).body()
            waiting += LINK.findall(seen[path].decode())
    return seen


@pytest.mark.parametrize("name", ["approver", "auditor"])
def test_no_page_shows_a_secret(office: Office, stack: Stack, planted, name):
    pages = pages_of(office.sign_in(name), stack)
    assert len(pages) == PAGES
    assert {path: found for path, text in pages.items() if (found := found_in(text, planted))} == {}


def test_no_file_and_no_log_holds_a_secret(office: Office, stack: Stack, planted):
    office.sign_in("operator").open("accounts_app/account/")
    # What the sandbox keeps is the provider's.
    files = [
        path for path in stack.folder.rglob("*") if path.is_file() and "sandbox" not in path.name
    ]
    read = {path.name: path.read_bytes() for path in files if path.name not in SECRETS}
    assert {"launcher.log", "db.sqlite3"} <= read.keys()
    # The password is printed for whoever started the demo; nothing else is.
    leaks = {
        name: found
        for name, content in read.items()
        if (found := found_in(content, planted, ("demo_password",) if name.endswith("log") else ()))
    }
    assert leaks == {}


def test_no_process_has_a_secret_among_its_arguments(stack: Stack, planted):
    lines = {path: _arguments(path) for path in Path("/proc").glob("[0-9]*/cmdline")}
    assert any(b"gunicorn" in line for line in lines.values())
    assert [line for line in lines.values() if found_in(line, planted)] == []


def _arguments(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
