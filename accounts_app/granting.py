"""Gives the roles exactly the permissions of the matrix, after every migration."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connections

from accounts_app import rights

APPS = ("accounts_app", "admin", "auth")


def after_migrate(*, using: str = "default", **_kwargs: Any) -> None:
    """Grant, unless a migration backwards has just removed the tables."""
    if Group._meta.db_table in connections[using].introspection.table_names():
        grant()


def grant() -> None:
    """Make the groups that are missing, and give each what the matrix says; no more, no less.

    Raises LookupError for a permission that no model declares.
    """
    for label in APPS:
        # Django makes an app's permissions in the order of the apps, which may be after us.
        create_permissions(apps.get_app_config(label), verbosity=0)
    declared = _declared()
    for role in rights.ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(permission_ids(role, declared))


def permission_ids(role: str, declared: dict[str, int] | None = None) -> set[int]:
    """Return the keys of the permissions that the matrix gives a role."""
    declared = declared if declared is not None else _declared()
    return {number for name in rights.of(role) for number in _meant(name, declared)}


def _declared() -> dict[str, int]:
    found = Permission.objects.filter(content_type__app_label__in=APPS)
    rows = found.values_list("content_type__app_label", "codename", "pk")
    return {f"{label}.{codename}": number for label, codename, number in rows}


def _meant(name: str, declared: dict[str, int]) -> list[int]:
    if name.endswith("*"):
        return [number for known, number in declared.items() if known.startswith(name[:-1])]
    if name not in declared:
        raise LookupError(f"No model declares the permission {name}.")
    return [declared[name]]
