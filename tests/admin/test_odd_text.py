"""Text that is none, and times at the calendar's ends: an answer, and never an error of ours."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts_app import mirror
from accounts_app.models import Customer, Source
from tests.admin.pages import signed_in
from tests.factories import customer_shape

pytestmark = pytest.mark.django_db

WITH_NUL = [
    "customer/?status=%00",
    "customer/?status__exact=a%00",
    "customer/?q=%00",
    "customer/?o=%00",
    "webhookevent/?type=%00",
    "webhookevent/?received_at__gte=%00",
    "customer/%00/change/",
    "customer/a%00b/history/",
]
ODD = [
    "customer/?status=%ed%a0%80",
    "customer/?status=%ff%fe",
    "customer/?q=%f0%9f%92%b3%e2%80%ae",
    "customer/?id=%ff",
    "webhookevent/?p=99999999999999999999",
    "webhookevent/99999999999999999999999/change/",
    "operation/?id=99999999999999999999999999999",
]


@pytest.mark.parametrize("address", WITH_NUL)
def test_w11_a_nul_in_the_address_is_refused(auditor, address):
    answer = signed_in(auditor).get(f"/admin/accounts_app/{address}")
    assert answer.status_code == 400
    assert "This address cannot be read" in answer.content.decode()


@pytest.mark.parametrize("address", ["", "code/", "factors/", "sessions/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_nul_in_the_address_of_sign_in_is_refused(address, method):
    answer = getattr(Client(), method)(f"/sign-in/{address}?a=%00")
    assert answer.status_code == 400
    assert "This address cannot be read" in answer.content.decode()


@pytest.mark.parametrize("address", ODD)
def test_odd_text_in_the_address_finds_nothing(auditor, address):
    answer = signed_in(auditor).get(f"/admin/accounts_app/{address}", follow=True)
    assert answer.status_code == 200


def test_a_nul_in_a_cookie_is_refused():
    answer = Client(headers={"Cookie": 'sessionid="aaaaaaaa\\000"'}).get("/admin/")
    assert answer.status_code == 400


def test_a_nul_in_a_form_is_refused_by_the_form(db):
    answer = Client().post("/sign-in/", {"login": "a\0b", "password": "c\0d"})
    assert answer.status_code == 200


@pytest.mark.parametrize("chosen", ["\0", "all", "\u2028"])
def test_what_is_no_id_cannot_be_selected(operator, chosen):
    form = {"action": "refresh_selected", "_selected_action": chosen}
    answer = signed_in(operator).post("/admin/accounts_app/customer/", form)
    assert answer.status_code == 400


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def office(request, settings) -> None:
    """An office far from Greenwich."""
    settings.TIME_ZONE = request.param


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize("page", ["", "{id}/change/", "{id}/history/"])
def test_w11_a_time_at_the_calendars_end_breaks_no_page(auditor, office, time, page):
    shape = customer_shape(createdAt=time, updatedAt=time)
    mirror.observe(shape, source=Source.SYNC, asked_at=timezone.now())
    address = f"/admin/accounts_app/customer/{page.format(id=shape.id)}"
    assert signed_in(auditor).get(address).status_code == 200
    assert Customer.objects.get().updated_at_text == time
