"""The migration of rights finds the groups as a deployment has left them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

pytestmark = pytest.mark.django_db
RIGHTS = import_module("accounts_app.migrations.0004_rights")


@pytest.mark.parametrize("name", ["viewer", "operator", "approver", "auditor"])
def test_a_group_that_was_renamed_does_not_stop_the_migration(name):
    Group.objects.filter(name=name).update(name="ours")
    RIGHTS.add_rights(apps, None)
    held = Group.objects.get(name=name).permissions.values_list("codename", flat=True)
    assert set(held) == set(RIGHTS.GROUPS[name])


def test_a_group_that_is_there_keeps_its_other_rights():
    before = set(Group.objects.get(name="approver").permissions.values_list("pk", flat=True))
    RIGHTS.add_rights(apps, None)
    after = set(Group.objects.get(name="approver").permissions.values_list("pk", flat=True))
    assert after == before
