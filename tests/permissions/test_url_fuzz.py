"""Whatever somebody sends to any address: no error of ours, nothing told or changed beyond rights.

URL_FUZZ_CASES says how much is thrown per role, URL_FUZZ_SEED at which throw to begin.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from accounts_app.models import AuditEntry
from tests.admin.pages import signed_in
from tests.permissions import hostile
from tests.permissions.filling import form_for, path_to
from tests.permissions.table import TABLE
from tests.permissions.walk import Address, addresses
from tests.permissions.watching import ALWAYS, text_of, undone
from tests.permissions.who import SIGNED_OUT, WHO, person
from tests.permissions.world import World, hidden_from

pytestmark = [pytest.mark.django_db, pytest.mark.permissions]
CASES = int(os.environ.get("URL_FUZZ_CASES", "100"))
SEED = int(os.environ.get("URL_FUZZ_SEED", "0"))
EVERY = addresses()
# Pages on which a person decides look at the provider first, and the mirror takes what is new.
LOOKED = ALWAYS | {
    *("accounts_app_contact", "accounts_app_customer", "accounts_app_account"),
    *("accounts_app_card", "accounts_app_snapshot", "accounts_app_discrepancy"),
}
TRACES = ("Traceback", "site-packages", "accounts_app/services", "SELECT ", "sqlite3", "psycopg")
EXEMPT = ("policy_report", "webhooks:offblocks")


@dataclass(frozen=True)
class Throw:
    """One request."""

    method: str
    path: str
    form: Any
    content_type: str = ""
    has_token: bool = True


@pytest.mark.parametrize("who", WHO)
def test_whatever_is_sent_the_answer_is_in_order(who, world):
    actor = person(who)
    client = signed_in(actor) if actor else Client()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    faults = []
    for number in range(SEED, SEED + CASES):
        throw = _throw(Random(f"{number} of {who}"), world)  # noqa: S311 -- it has to repeat itself
        client.cookies = SimpleCookie(cookies)
        faults += [
            f"URL_FUZZ_SEED={number} {throw.method} {throw.path[:300]}: {fault}"
            for fault in _faults(throw, who, client)
        ]
    assert not faults, "\n".join(map(str, faults))


def _throw(random: Random, world: World) -> Throw:
    address: Address = random.choice(EVERY)
    entry = AuditEntry.objects.first()
    path = hostile.path_of(random, address, path_to(address, world, entry))
    path += hostile.query_of(random)
    method = random.choice(hostile.METHODS)
    if method != "POST":
        return Throw(method, path, {})
    if random.random() < 0.1:
        return Throw(method, path, *random.choice(hostile.ODD_BODIES))
    form = hostile.form_of(random, form_for(address, world))
    return Throw(method, path, form, has_token=random.random() > 0.1)


def _faults(throw: Throw, who: str, client: Client) -> Iterator[str]:
    with undone() as written:
        try:
            answer = _send(throw, client)
            told = text_of(answer)
        except Exception as error:
            yield f"{type(error).__name__}: {str(error)[:200]} {throw.form!r:.300}"
            return
    if answer.status_code >= 500:
        yield str(answer.status_code)
    beyond = written - _may_write(throw, who, answer)
    if beyond:
        yield f"writes to {sorted(beyond)} {throw.form!r:.300}"
    yield from (f"tells {words!r}" for words in (*hidden_from(who), *TRACES) if words in told)


def _send(throw: Throw, client: Client) -> Any:
    client.handler.enforce_csrf_checks = not throw.has_token
    if throw.content_type:
        return client.generic("POST", throw.path, throw.form, throw.content_type)
    if throw.method == "POST":
        return client.post(throw.path, throw.form)
    return client.generic(throw.method, throw.path)


def _may_write(throw: Throw, who: str, answer: Any) -> set[str]:
    """Return which tables this person may change there; a page that is shown changes none."""
    row = TABLE.get(_name_of(answer))
    if row is None or (not throw.has_token and _name_of(answer) not in EXEMPT):
        return ALWAYS
    cell = row.post if throw.method == "POST" else row.get
    is_open = cell.is_allowed(who) or (who == SIGNED_OUT and cell.signed_out != 302)
    if throw.method == "POST" and is_open:
        return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return LOOKED if cell.is_allowed(who) else ALWAYS


def _name_of(answer: Any) -> str:
    match = getattr(answer.wsgi_request, "resolver_match", None)
    return match.view_name if match else ""
