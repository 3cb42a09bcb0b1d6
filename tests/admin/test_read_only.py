"""Nobody edits what is only shown, whatever roles they hold: not by a page, a form or a list."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User

from accounts_app.models import (
    Account,
    AuditEntry,
    Batch,
    Card,
    Customer,
    Discrepancy,
    Drift,
    Operation,
    Pause,
    Reconciliation,
    Resolution,
    Snapshot,
    WebhookEvent,
)
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
SHOWN = (
    Customer,
    Account,
    Card,
    Operation,
    Batch,
    Snapshot,
    Discrepancy,
    Reconciliation,
    Drift,
    Resolution,
    Pause,
    WebhookEvent,
    AuditEntry,
    LogEntry,
)
PEOPLE = ("viewer", "operator", "approver", "auditor", "all_roles")
each_model = pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
each_person = pytest.mark.parametrize("person", PEOPLE)


@each_person
@each_model
def test_nobody_may_add_change_or_delete(model, person, request, rf):
    page = admin.site.get_model_admin(model)
    asked = rf.get("/")
    asked.user = request.getfixturevalue(person)
    may = (page.has_add_permission, page.has_change_permission, page.has_delete_permission)
    assert [allowed(asked) for allowed in may] == [False, False, False]


@each_model
def test_a_superuser_may_look(model, office, all_roles):
    row = model.objects.first()
    assert signed_in(all_roles).get(address(model, "change", row.pk)).status_code == 200


@each_model
def test_a_posted_form_is_refused(model, office, all_roles):
    row = model.objects.first()
    answer = signed_in(all_roles).post(address(model, "change", row.pk), {"status": "active"})
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize("method", ["get", "post"])
@each_model
def test_there_is_no_way_to_add(model, method, all_roles):
    assert getattr(signed_in(all_roles), method)(address(model, "add")).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
@each_model
def test_there_is_no_way_to_delete(model, method, office, all_roles):
    row = model.objects.first()
    answer = getattr(signed_in(all_roles), method)(address(model, "delete", row.pk))
    assert answer.status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [*SHOWN, User, Group], ids=lambda model: model.__name__)
def test_no_list_offers_to_delete(model, all_roles, rf):
    asked = rf.get("/")
    asked.user = all_roles
    assert "delete_selected" not in admin.site.get_model_admin(model).get_actions(asked)


@pytest.mark.parametrize("model", [User, Group])
def test_users_and_groups_are_kept(model, all_roles, viewer):
    row = model.objects.first()
    assert signed_in(all_roles).post(address(model, "delete", row.pk)).status_code == 403


def test_a_user_who_leaves_is_made_inactive(all_roles, viewer):
    client, page = signed_in(all_roles), address(User, "change", viewer.pk)
    client.post(page, {"username": "viewer", "is_staff": "on"})
    viewer.refresh_from_db()
    assert viewer.is_active is False
