"""Every role at every address: the answer is the one that the table of rights gives.

What each address asks for stands in tests/permissions/table.py; who has it, in accounts_app.rights.
"""

import uuid
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts_app import audit, rights
from accounts_app.models import AuditEntry
from tests.admin.pages import signed_in
from tests.permissions.cells import Cell
from tests.permissions.doors import DOORS
from tests.permissions.filling import form_for, path_to
from tests.permissions.table import PUBLIC, TABLE
from tests.permissions.walk import Address, addresses
from tests.permissions.watching import ALWAYS, text_of, undone
from tests.permissions.who import SIGNED_OUT, WHO, person
from tests.permissions.world import World, hidden_from

pytestmark = [pytest.mark.django_db, pytest.mark.permissions]
SIGN_IN = (reverse("admin:login"), reverse("account_login"))
EVERY = addresses()
METHODS = ("GET", "POST")


def test_every_address_stands_in_the_table_and_no_other():
    assert {one.name for one in EVERY} == set(TABLE)


@pytest.mark.parametrize("who", WHO)
def test_each_is_answered_as_the_table_says(who, world):
    actor = person(who)
    entry, client = _own_entry(actor, world), signed_in(actor) if actor else Client()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    faults = []
    for address in EVERY:
        for method in METHODS:
            cell = getattr(TABLE[address.name], method.lower())
            path = path_to(address, world, entry)
            client.cookies = SimpleCookie(cookies)
            with undone() as written:
                answer = _send(client, method, path, form_for(address, world))
                found = [*_faults(cell, who, answer, written)]
                found += _astray(address.name, who, answer)
                faults += [f"{method} {path}: {fault}" for fault in found]
    assert not faults, "\n".join(map(str, faults))


def test_who_sees_no_rows_learns_of_none(world):
    who = rights.USER_ADMIN
    client, faults = signed_in(person(who)), []
    for address in (one for one in EVERY if one.places):
        for method in METHODS:
            cell = getattr(TABLE[address.name], method.lower())
            if cell.is_allowed(who):
                continue
            there, missing = (
                _status(client, method, path, address, world)
                for path in (path_to(address, world, None), _to_nothing(address, world))
            )
            if there != missing:
                faults.append(f"{method} {address.name}: {there}, or {missing} where there is none")
    assert not faults, "\n".join(map(str, faults))


def _to_nothing(address: Address, world: World) -> str:
    """Return the same address of a row that is not there."""
    path = path_to(address, world, None)
    for row in world.rows.values():
        path = path.replace(f"/{row.pk}/", f"/{uuid.uuid4() if '-' in str(row.pk) else 987_654}/")
    return path


def _status(client: Client, method: str, path: str, address: Address, world: World) -> int:
    with undone():
        return int(_send(client, method, path, form_for(address, world)).status_code)


def _own_entry(actor: User | None, world: World) -> AuditEntry | None:
    """Let the person have done something: of the audit most read their own acts alone."""
    if actor is None:
        return None
    with transaction.atomic():
        return audit.record(actor=actor, action="something", target=world["account"])


def _send(client: Client, method: str, path: str, form: dict[str, Any]) -> Any:
    return client.get(path) if method == "GET" else client.post(path, form)


def _faults(cell: Cell, who: str, answer: Any, written: set[str]) -> Iterator[str]:
    expected, found = cell.expected(who), answer.status_code
    told = text_of(answer)
    if found != expected and not _keeps_what_was_typed(who, answer):
        yield f"{found} instead of {expected} {answer.headers.get('Location', '')}"
    if not cell.is_allowed(who) and written - ALWAYS:
        yield f"writes to {sorted(written - ALWAYS)}"
    yield from (f"tells {words!r}" for words in hidden_from(who) if words in told)


def _keeps_what_was_typed(who: str, answer: Any) -> bool:
    """Whether a form that was sent without a session came back with what was typed."""
    return who == SIGNED_OUT and answer.status_code == 403 and "Sign in" in answer.content.decode()


def _astray(name: str, who: str, answer: Any) -> Iterator[str]:
    """Yield where an answer leads to other than sign-in without a session, and to it with one."""
    if name in DOORS or name in PUBLIC or answer.status_code != 302:
        return
    is_sign_in = str(answer["Location"]).partition("?")[0] in SIGN_IN
    if is_sign_in != (who == SIGNED_OUT):
        yield f"leads to {answer['Location']}"
