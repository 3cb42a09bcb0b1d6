"""Lists that leave as files: who may take one, and what is on record before and after it."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts_app import audit
from accounts_app.errors import NotPermitted
from accounts_app.models import AuditEntry

EXPORT = "accounts_app.export_lists"
EXPORT_AUDIT = "accounts_app.export_audit_lists"
AUDITS = (AuditEntry, LogEntry)


def may_take(person: User, model: type[models.Model]) -> bool:
    """Whether a person may see the list of a model and may take it out."""
    meta = model._meta
    view = f"{meta.app_label}.{get_permission_codename('view', meta)}"
    return person.has_perms([view, EXPORT_AUDIT if issubclass(model, AUDITS) else EXPORT])


def begin(person: User, model: type[models.Model], told: dict[str, Any]) -> None:
    """Record that somebody takes a list out: before its first byte. Raises NotPermitted."""
    if not may_take(person, model):
        raise NotPermitted(_("You may not take this list out."))
    _record(person, "export.started", told)


def end(person: User, told: dict[str, Any], *, rows: int, is_whole: bool) -> None:
    """Record how many rows left, and whether that was all of them."""
    _record(person, "export.ended", {**told, "rows": rows, "whole": is_whole})


def _record(person: User, action: str, told: dict[str, Any]) -> None:
    with transaction.atomic():
        audit.record(actor=person, action=action, target=person, after=told)
