"""Who works here and in which roles: decided by user admins, about everybody but themselves."""

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts_app import audit, rights
from accounts_app.errors import NotPermitted
from accounts_app.services import sessions

CHANGE = "auth.change_user"
ADD = "auth.add_user"
# What of a change takes the ground from under sessions that are open.
ENDS_SESSIONS = ("roles", "is_active", "is_staff")


def standing(person: User) -> dict[str, Any]:
    """Return what the audit keeps of a person: who they are, whether they may sign in, as what."""
    return {
        "username": person.get_username(),
        "name": person.get_full_name(),
        "email": person.email,
        "is_active": person.is_active,
        "is_staff": person.is_staff,
        "roles": sorted(person.groups.values_list("name", flat=True)),
    }


def may_change(actor: User, person: User) -> bool:
    """Whether the actor may change the person: nobody themselves, superusers only each other.

    The programme's own user stays as it is.
    """
    if person.pk == actor.pk or person.get_username() == audit.SYSTEM:
        return False
    if person.is_superuser and not actor.is_superuser:
        return False
    return actor.has_perm(CHANGE)


def refuse_unless_may_change(actor: User, person: User) -> None:
    """Raise NotPermitted for a change that is not the actor's to make."""
    if not may_change(actor, person):
        raise NotPermitted(_("You may not change this person: not your own account either."))


def refuse_unless_may_add(actor: User) -> None:
    """Raise NotPermitted for those who may not let new people in."""
    if not actor.has_perm(ADD):
        raise NotPermitted(_("You may not let new people in."))


def acting_roles(person: User, roles: list[str]) -> list[str]:
    """Return which of the roles a person cannot have: as a superuser those that act."""
    return sorted({*roles} & {*rights.ACTING}) if person.is_superuser else []


def changed(person: User, before: dict[str, Any], *, actor: User, reason: str = "") -> None:
    """Record what differs from before, in the caller's transaction, and end sessions built on it.

    Rights count from the next request anyway; whoever lost or won some signs in anew.
    """
    now = standing(person)
    names = [name for name, value in now.items() if before.get(name) != value]
    if not names:
        return
    audit.record(
        actor=actor,
        action=f"user.{_what(names, before, now)}",
        target=person,
        reason=reason.strip(),
        before={name: before[name] for name in names if name in before},
        after={name: now[name] for name in names},
    )
    if before and any(name in ENDS_SESSIONS for name in names):
        sessions.end_sessions(person)


def password_set(person: User, *, actor: User) -> None:
    """Record that somebody else set a person's password, and end the person's sessions."""
    audit.record(actor=actor, action="user.password_set", target=person)
    sessions.end_sessions(person)


def _what(names: list[str], before: dict[str, Any], now: dict[str, Any]) -> str:
    if not before:
        return "created"
    if "is_active" in names:
        return "activated" if now["is_active"] else "deactivated"
    return "roles_changed" if "roles" in names else "changed"
