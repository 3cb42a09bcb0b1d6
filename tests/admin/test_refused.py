"""That a signed-in person was refused is on record: once an hour for each place, never a flood."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts_app.models import Account, AuditEntry, WebhookEvent
from accounts_app.services import refused
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db


def acts():
    """Return what was refused, as recorded."""
    return list(AuditEntry.objects.filter(action=refused.ACT).values_list("result", flat=True))


def test_a_refused_page_is_one_entry(viewer):
    page = address(WebhookEvent, "changelist")
    for _ in range(3):
        signed_in(viewer).get(page)
    assert acts() == [f"GET {page}"]
    assert AuditEntry.objects.get(action=refused.ACT).actor == viewer


def test_so_is_a_refused_act(viewer):
    page = address(Account, "export")
    signed_in(viewer).post(page)
    assert acts() == [f"POST {page}"]


def test_an_hour_later_it_is_told_again(viewer, time_machine):
    page = address(WebhookEvent, "changelist")
    signed_in(viewer).get(page)
    time_machine.move_to(timezone.now() + timedelta(hours=1, seconds=1))
    signed_in(viewer).get(page)
    assert len(acts()) == 2


def test_one_person_cannot_flood_the_chain(viewer):
    for number in range(refused.MOST + 5):
        refused.note(viewer, method="GET", path=f"/{number}")
    assert len(acts()) == refused.MOST


def test_what_is_allowed_leaves_no_entry(viewer):
    signed_in(viewer).get(address(Account, "changelist"))
    assert acts() == []
