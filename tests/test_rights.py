"""The roles have the rights of the matrix; being superuser gives none of them."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

from accounts_app import granting, people, rights, superusers
from accounts_app.services.catalogue import KINDS

pytestmark = pytest.mark.django_db
FORMER = import_module("accounts_app.migrations.0004_rights")
BUSINESS = ("accounts_app.view_account", "accounts_app.request_close", "admin.view_logentry")
each_role = pytest.mark.parametrize("role", rights.ROLES)


def held(role):
    """Return the names of the permissions that the role's group has."""
    found = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{one.content_type.app_label}.{one.codename}" for one in found}


def superuser_in(*roles):
    """Make a superuser who is in these groups as well."""
    person = User.objects.create_superuser("root")
    person.groups.set(Group.objects.filter(name__in=roles))
    return User.objects.get(pk=person.pk)


@each_role
def test_a_role_has_exactly_what_the_matrix_says(role):
    named = {name for name in rights.of(role) if not name.endswith("*")}
    assert {name for name in held(role) if "request_" not in name} == named


@each_role
def test_only_those_who_act_ask_for_operations(role):
    every = {kind.permission for kind in KINDS.values()}
    assert every & held(role) == (every if role in rights.ACTING else set())


@each_role
def test_nobody_deletes_or_edits_a_role(role):
    verbs = {name.partition(".")[2].partition("_")[0] for name in held(role)}
    assert "delete" not in verbs
    assert "auth.change_group" not in held(role)


def test_migrating_takes_away_what_the_matrix_does_not_give():
    group = Group.objects.get(name="viewer")
    group.permissions.add(Permission.objects.get(codename="request_close"))
    call_command("migrate", verbosity=0)
    assert "accounts_app.request_close" not in held("viewer")


def test_a_role_that_was_renamed_is_made_anew():
    Group.objects.filter(name="auditor").update(name="ours")
    granting.grant()
    assert held("auditor") == held("ours")


def test_a_permission_that_no_model_declares_is_a_mistake(monkeypatch):
    row = rights.Row("Fly", {rights.VIEWER: "yes"}, ("accounts_app.fly",))
    monkeypatch.setattr(rights, "MATRIX", (row,))
    with pytest.raises(LookupError, match=r"accounts_app\.fly"):
        granting.grant()


@pytest.mark.parametrize("permission", BUSINESS)
def test_a_superuser_has_no_right_of_the_business(permission):
    assert not superuser_in().has_perm(permission)


@pytest.mark.parametrize("permission", sorted(rights.BREAK_GLASS))
def test_a_superuser_lets_people_in(permission):
    assert superuser_in().has_perm(permission)


@each_role
def test_a_superuser_has_no_right_of_a_group_either(role):
    person = superuser_in(role)
    extra = {name for name in held(role) if person.has_perm(name)} - rights.BREAK_GLASS
    assert not extra


def test_a_superuser_who_was_made_inactive_has_nothing_left():
    person = superuser_in()
    person.is_active = False
    assert not person.has_perm("auth.view_user")
    assert not person.has_module_perms("auth")


def test_a_superuser_is_not_named_among_those_who_may(approver):
    superuser_in("approver")
    assert people.holders_of("accounts_app.decide_operation") == [approver.username]


@pytest.mark.parametrize("role", rights.ACTING)
def test_a_superuser_among_those_who_act_is_refused(role):
    superuser_in(role)
    found = superusers.check_superusers(databases=["default"])
    assert [one.id for one in found] == ["accounts_app.E040"]
    assert "root" in found[0].msg


def test_a_superuser_elsewhere_is_not():
    superuser_in("viewer", "user admin")
    assert superusers.check_superusers(databases=["default"]) == []


@pytest.mark.parametrize("name", ["viewer", "operator", "approver", "auditor"])
def test_a_group_that_was_renamed_does_not_stop_the_former_migration(name):
    Group.objects.filter(name=name).update(name="ours")
    FORMER.add_rights(apps, None)
    codenames = Group.objects.get(name=name).permissions.values_list("codename", flat=True)
    assert set(codenames) == set(FORMER.GROUPS[name])


def test_the_papers_have_the_table_of_the_code():
    text = (Path(__file__).resolve().parents[1] / "docs" / "roles.md").read_text()
    for row in rights.MATRIX:
        cells = [row.what, *(row.roles.get(role, "no") for role in rights.ROLES)]
        assert f"| {' | '.join(cells)} |" in text
