"""What is put into an address of the matrix, and the form that is sent there."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts_app import rights
from accounts_app.models import AuditEntry
from accounts_app.services import subjects
from tests.permissions.walk import Address
from tests.permissions.world import World

PASSWORD = "seven-grey-herons-on-the-quay"
WHY = {"reason": "Needed for the matrix", "why": "Needed for the matrix"}
# Of an address whose last part is free.
KINDS = {"customer": "deactivate_customer", "account": "deactivate", "card": "deactivate_card"}
MANY = {"customer": "refresh", "account": "deactivate", "card": "refresh"}
QUERIES: dict[str, Callable[[], str]] = {
    "as_of": lambda: f"?on={timezone.now():%Y-%m-%d}",
    "subscription": lambda: "",
}


def path_to(address: Address, world: World, entry: AuditEntry | None) -> str:
    """Return the address with the world's rows filled in; `entry` is one of the person's own."""
    model, page = _taken_apart(address.name)
    row = entry if model == "auditentry" and entry else _row(world, model, page)
    values: dict[str, Any] = {place: getattr(row, "pk", 0) for place in address.places}
    values |= {
        "kind_name": _kind(model, page),
        "name": "create",
        "app_label": "accounts_app",
        "url": "nothing-here",
        "secret": "no-such-secret",
        "provider_id": "sso",
    }
    if page == "as_of":
        return address.filled(values) + f"?on={timezone.now():%Y-%m-%d}"
    if page == "batch":
        return address.filled(values) + f"?of={row.pk}"
    return address.filled(values)


def _taken_apart(name: str) -> tuple[str, str]:
    """Return the table and the page that a name speaks of."""
    short = name.removeprefix("admin:")
    for app in ("accounts_app_", "auth_", "admin_"):
        if short.startswith(app):
            model, _, page = short.removeprefix(app).partition("_")
            return model, page
    return OTHERS.get(short, ""), short


OTHERS = {
    "end_incident": "incident",
    "view": "savedview",
    "change_view": "savedview",
    "mfa_remove_webauthn": "passkey",
    "mfa_edit_webauthn": "passkey",
}


def _row(world: World, model: str, page: str) -> Any:
    if model == "auditentry":
        return AuditEntry.objects.first()
    if model == "operation" and page.startswith("resolve"):
        return world["stuck"]
    return world[model] if model else None


def _kind(model: str, page: str) -> str:
    if page == "batch":
        return MANY[model]
    return "create_customer" if page == "ask_new" else KINDS.get(model, "")


def form_for(address: Address, world: World) -> dict[str, Any]:
    """Return a form that is in order, wherever the address takes one."""
    model, page = _taken_apart(address.name)
    row = _row(world, model, page)
    if model == "user":
        return _about_a_person(world)
    if page in {"decide", "resolve"}:
        return DECISIONS[f"{model}_{page}"](row)
    if page in {"ask", "ask_new", "batch", "change_subscription"}:
        return _asked_for(row, page)
    return OTHER_FORMS.get(page, {})


def _about_a_person(world: World) -> dict[str, Any]:
    group = Group.objects.get(name=rights.AUDITOR).pk
    return {
        **{"username": "newcomer", "is_active": "on", "is_staff": "on", "groups": [group]},
        **{"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
        **WHY,
    }


def _asked_for(row: Any, page: str) -> dict[str, Any]:
    form = {**WHY, "form_number": str(uuid.uuid4()), "number": str(uuid.uuid4())}
    if page == "ask_new":
        wallet = "eip155:324:0x" + "ab" * 20
        return {**form, "chain_id": wallet, "external_id": "new-customer"}
    revision = getattr(row, "revision", 0)
    return {**form, "revision": revision, "item": f"{getattr(row, 'pk', '')}:{revision}"}


def _proposed(row: Any, verdict: str) -> dict[str, Any]:
    told = {"verdict": verdict, "evidence": "OffBlocks support, ticket 4711"}
    return {**told, "form_number": str(uuid.uuid4()), "seen": subjects.seen_digest(row)}


def _rejected(row: Any) -> dict[str, Any]:
    return {"decision": "reject", "note": "Not now", "digest": row.digest}


DECISIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "operation_decide": _rejected,
    "resolution_decide": _rejected,
    "operation_resolve": lambda row: _proposed(row, "not_applied"),
    "discrepancy_resolve": lambda row: _proposed(row, "keep"),
    "reconciliation_resolve": lambda row: _proposed(row, "discard"),
}


OTHER_FORMS: dict[str, dict[str, Any]] = {
    "unmask": WHY,
    "erasure": WHY,
    "evidence": {**WHY, "since": "2026-01-01", "until": "2026-12-31"},
    "pause": WHY,
    "resume": WHY,
    "tick": {"note": "Seen"},
    "end_incident": {"note": "Repaired"},
    "save_view": {"list": "accounts_app.account", "query": "status=active", "name": "new"},
}
