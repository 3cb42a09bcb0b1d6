"""Every page of the admin, for the tests that visit all of them; the URLconf says what there is."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts_app.models import (
    Account,
    Card,
    Customer,
    Discrepancy,
    Mirrored,
    Operation,
    Reconciliation,
    Resolution,
    WebhookEvent,
)
from accounts_app.services.catalogue import KINDS

MIRRORED = (Customer, Account, Card)
PASTS = ("2020-02-02", "2999-01-01")
OF_ONESELF = (
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "own_sessions"),
    "account_reauthenticate",
)


def pages() -> list[str]:
    """Return the address of one page of every sort, for those who may see all."""
    found = [*_stock(), *_of_the_mirror(), *_that_ask(), *_that_decide(), *_of_the_site()]
    return list(dict.fromkeys(found))


def _page(model: type[Model], page: str, *arguments: object) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=arguments)


def _first(model: Any) -> Any:
    return model.objects.earliest("pk")


def _stock() -> Iterator[str]:
    """Yield what the admin has for each model: its list and a row's page."""
    for model in admin.site._registry:
        yield _page(model, "changelist")
        yield _page(model, "changelist") + "?q=nothing+like+it"
        yield _page(model, "change", _first(model).pk)
    user = User.objects.get(username="operator")  # the programme's own is nobody's to change
    yield _page(User, "add")
    for page in ("change", "password_change", "unlock"):
        yield _page(User, page, user.pk)


def _of_the_mirror() -> Iterator[str]:
    today = f"{timezone.now():%Y-%m-%d}"
    for model in MIRRORED:
        yield _page(model, "as_of", _first(model).pk) + f"?on={today}"
        yield _page(model, "history", _first(model).pk)
    for day in PASTS:
        yield _page(Account, "as_of", _first(Account).pk) + f"?on={day}"
    for account in Account.objects.all():
        yield _page(Account, "change", account.pk)
    for model in (Customer, Account):
        yield _page(model, "evidence", _first(model).pk)
    for page in ("unmask", "erasure"):
        yield _page(Customer, page, _first(Customer).pk)


def _that_ask() -> Iterator[str]:
    for kind in KINDS.values():
        arguments = [kind.name] if kind.begins else [_target_of(kind).pk, kind.name]
        yield _page(kind.target, "ask_new" if kind.begins else "ask", *arguments)
    yield _page(Account, "batch", "deactivate") + f"?of={_first(Account).pk}"
    for model in MIRRORED:
        yield _page(model, "batch", "refresh") + f"?of={_first(model).pk}"
    yield _page(WebhookEvent, "change_subscription", "create")
    for name in ("repair", "remove"):
        yield _page(WebhookEvent, "change_subscription", name) + f"?id={uuid.UUID(int=1)}"
    yield reverse("admin:accounts_app_pause_pause")


def _target_of(kind: Any) -> Mirrored:
    """Return one that allows it, where there is one: the page of a refusal is a page as well."""
    rows: list[Mirrored] = list(kind.target.objects.all())
    return next((row for row in rows if kind.may_start(row)), rows[0])


def _that_decide() -> Iterator[str]:
    waits = Operation.objects.filter(state=Operation.State.REQUESTED).first()
    stuck = Operation.objects.filter(state=Operation.State.NEEDS_HUMAN).first()
    held = Reconciliation.objects.filter(state=Reconciliation.State.HELD).first()
    proposal = Resolution.objects.filter(state=Resolution.State.PROPOSED).first()
    open_one = Discrepancy.objects.filter(resolved_at=None, resolutions=None).first()
    assert all((waits, stuck, held, proposal, open_one)), "the office lacks something"
    yield _page(Operation, "decide", waits.pk)
    for row in (stuck, held, open_one):
        yield _page(type(row), "resolve", row.pk)
        yield _page(type(row), "change", row.pk)
    yield _page(Resolution, "decide", proposal.pk)


def _of_the_site() -> Iterator[str]:
    yield reverse("admin:app_list", args=["accounts_app"])
    yield _page(WebhookEvent, "subscription")
    yield _page(WebhookEvent, "body", _first(WebhookEvent).pk)
    for name in ("index", "password_change", "password_change_done", "health", "find", "views"):
        yield reverse(f"admin:{name}")
    yield reverse("admin:find") + "?q=crm"
    yield from map(reverse, OF_ONESELF)


def patterns(found: Any = None, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address of the project with its whole name."""
    for one in (found or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, (*names, one.namespace) if one.namespace else names)
        elif one.name:
            yield ":".join((*names, one.name)), one
