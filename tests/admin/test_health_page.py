"""The health page: figures that lead to their lists, and incidents that people deal with."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app.models import Contact, Incident, Job, RefusedDelivery
from accounts_app.services import incidents
from tests.admin.pages import signed_in
from tests.deliveries import event, receive

pytestmark = pytest.mark.django_db
PAGE = "/admin/health/"


def shown(person) -> str:
    """Return the page as a person sees it."""
    answer = signed_in(person).get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def refuse(number: int = 1, source: str = "203.0.113.7", reason: str = "secret_mismatch") -> None:
    """Count refused deliveries."""
    now = timezone.now()
    RefusedDelivery.objects.create(
        hour=now, reason=reason, source=source, number=number, last_at=now
    )


def noticed() -> Incident:
    """Open an incident."""
    incidents.notice(Incident.Kind.SUBSCRIPTION, "Subscription 5 delivers to another address.")
    return Incident.objects.get()


@pytest.mark.parametrize("name", ["operator", "approver", "auditor"])
def test_staff_see_how_the_programme_is(request, name):
    page = shown(request.getfixturevalue(name))
    for label in ("Sending", "Clock", "Token of the provider", "Parked events", "Intake"):
        assert f"<dt>{label}</dt>" in page


def test_who_only_looks_at_the_mirror_does_not(viewer):
    assert signed_in(viewer).get(PAGE).status_code == 403


def test_a_figure_leads_to_its_list(auditor):
    receive(event())
    page, client = shown(auditor), signed_in(auditor)
    for address in ("webhookevent/?state=pending", "webhookevent/?state=parked", "pause/"):
        assert f'href="/admin/accounts_app/{address}"' in page
        assert client.get(f"/admin/accounts_app/{address}").status_code == 200
    assert "1 in all" in page


def test_the_token_has_an_age(auditor):
    Contact.objects.filter(pk=1).update(token_at=timezone.now())
    assert "got less than a minute ago" in shown(auditor)


def test_the_last_checks_are_told_with_their_words(auditor):
    now = timezone.now()
    for name, words in (("chain", "The chain holds."), ("subscription", "It is ours.")):
        Job.objects.create(name=name, next_at=now, ended_at=now, result=words)
    page = shown(auditor)
    assert "The chain holds." in page
    assert "It is ours." in page


def test_refused_deliveries_are_told_by_reason_with_their_sources(auditor):
    refuse(3)
    refuse(4, source="203.0.113.8")
    page = " ".join(shown(auditor).split())
    assert "?reason=secret_mismatch" in page
    assert "<td>7</td> <td>2</td>" in page
    listed = signed_in(auditor).get("/admin/accounts_app/refuseddelivery/?reason=secret_mismatch")
    assert "203.0.113.8" in listed.content.decode()


def test_what_could_not_be_stored_is_wrong(auditor):
    refuse(2, reason="intake_down")
    assert "2 deliveries could not be stored" in shown(auditor)


def test_an_incident_is_on_top_of_every_page_and_ended_here(operator):
    incident, client = noticed(), signed_in(operator)
    assert "1 incident waits to be dealt with." in client.get("/admin/").content.decode()
    assert "delivers to another address" in shown(operator)
    address = f"{PAGE}incident/{incident.pk}/end/"
    answer = client.post(address, {"note": "Subscribed again."}, follow=True)
    assert "The incident has ended." in answer.content.decode()
    assert "Subscribed again." in shown(operator)
    assert "waits to be dealt with" not in client.get("/admin/").content.decode()


def test_an_end_without_a_note_keeps_the_incident(operator):
    incident = noticed()
    answer = signed_in(operator).post(f"{PAGE}incident/{incident.pk}/end/", {"note": " "})
    assert answer.status_code == 400
    assert "Say what was done" in answer.content.decode()
    assert Incident.objects.get().ended_at is None


def test_the_auditor_is_offered_no_end(auditor):
    incident = noticed()
    assert "It is dealt with" not in shown(auditor)
    signed_in(auditor).post(f"{PAGE}incident/{incident.pk}/end/", {"note": "Mine."})
    assert Incident.objects.get().ended_at is None


def test_more_of_everything_costs_no_more_queries(auditor):
    def cost() -> int:
        client = signed_in(auditor)
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    noticed()
    refuse()
    few = cost()
    incidents.notice(Incident.Kind.CARD_NUMBER, "A card number.")
    for number in range(5):
        refuse(source=f"203.0.113.{number}", reason=f"reason_{number}")
    assert cost() == few
