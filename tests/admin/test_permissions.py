"""Who sees which of the pages that only show."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import reverse

from accounts_app import audit
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
from tests.admin import rows
from tests.admin.conftest import LISTED, address
from tests.admin.pages import signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db
COMPARED = {Reconciliation, Drift}
MIRROR = {
    Customer,
    Account,
    Card,
    Operation,
    Batch,
    Snapshot,
    Discrepancy,
    Resolution,
    Pause,
    *COMPARED,
}
NOT_IN_HEADER = {Batch, Snapshot, Drift, Resolution, Pause, LogEntry, User, Group}
PEOPLE = {User, Group}
SEES = {
    "viewer": MIRROR,
    "operator": MIRROR | {WebhookEvent, AuditEntry},
    "approver": MIRROR | {WebhookEvent, AuditEntry},
    "auditor": MIRROR | PEOPLE | {WebhookEvent, AuditEntry, LogEntry},
    "user_admin": PEOPLE,
    "superuser": PEOPLE,
    "all_roles": {*LISTED},
}
each_person = pytest.mark.parametrize("name", SEES)
each_model = pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)


def may_see(name, model):
    """Return the status code that the person is to get."""
    return 200 if model in SEES[name] else 403


@each_person
@each_model
def test_a_list_is_for_those_whose_work_it_is(model, name, request):
    client = signed_in(request.getfixturevalue(name))
    assert client.get(address(model, "changelist")).status_code == may_see(name, model)


@each_person
@each_model
def test_so_is_each_row(model, name, office, request):
    person, row = request.getfixturevalue(name), model.objects.first()
    if model is AuditEntry:  # of the audit most see their own acts alone
        with transaction.atomic():
            row = audit.record(actor=person, action="something", target=office.account)
    client = signed_in(person)
    assert client.get(address(model, "change", row.pk)).status_code == may_see(name, model)


def test_others_acts_are_for_auditors(office, approver, auditor):
    page = address(AuditEntry, "change", AuditEntry.objects.first().pk)
    assert signed_in(approver).get(page).status_code == 302  # as for a row that is not there
    assert signed_in(auditor).get(page).status_code == 200


def test_the_list_of_the_audit_holds_ones_own_acts(office, operator, approver):
    ask("close", rows.account(), approver)
    found = signed_in(approver).get(address(AuditEntry, "changelist")).context["cl"].result_list
    assert {entry.actor for entry in found} == {approver}


@each_person
def test_the_header_leads_only_where_one_may_go(name, request):
    answer = signed_in(request.getfixturevalue(name)).get(reverse("admin:index"))
    sections = {section["admin_url"] for section in answer.context["sections"]}
    assert sections == {address(model, "changelist") for model in SEES[name] - NOT_IN_HEADER}


def test_a_challenge_is_for_those_who_may_see_challenges(office, viewer):
    client, page = signed_in(viewer), address(Account, "change", office.signing.pk)
    assert "Please sign: 42" in text_of(client.get(page))
    viewer.groups.get().permissions.remove(*_rights("view_challenge"))
    assert "Please sign: 42" not in text_of(client.get(page))


def _rights(codename):
    return Group.permissions.field.related_model.objects.filter(codename=codename)


@each_model
def test_a_stranger_is_sent_to_sign_in(model, office, client):
    for page in (address(model, "changelist"), address(model, "change", model.objects.first().pk)):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (
            302,
            reverse("admin:login"),
        )


def test_a_user_without_staff_status_is_sent_to_sign_in(client):
    client.force_login(User.objects.create_user("customer"))
    assert client.get(address(Account, "changelist")).status_code == 302
