"""Takes from superusers what Django gives them: being one opens the users' pages and nothing else.

Django asks neither groups nor authentication backends about a superuser: its own model says yes to
everything. So the answer is changed there, where every page, service and template asks.
"""

from typing import Any

from django.contrib.auth.models import User

from accounts_app import rights

_ask_groups = User.has_perm
_ask_groups_of_app = User.has_module_perms


def has_perm(self: User, perm: str, obj: Any = None) -> bool:
    """Answer for a superuser by the short list, whatever groups they are in; else by the groups."""
    if self.is_superuser:
        return self.is_active and perm in rights.BREAK_GLASS
    return _ask_groups(self, perm, obj)


def has_module_perms(self: User, app_label: str) -> bool:
    """Answer for a superuser by the apps of the short list; else by the groups."""
    if self.is_superuser:
        apps = {permission.partition(".")[0] for permission in rights.BREAK_GLASS}
        return self.is_active and app_label in apps
    return _ask_groups_of_app(self, app_label)


def limit() -> None:
    """Let every superuser of the process be asked so."""
    User.add_to_class("has_perm", has_perm)
    User.add_to_class("has_module_perms", has_module_perms)
