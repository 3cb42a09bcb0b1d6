"""Incidents: one of a kind at a time, counted meanwhile, ended with a note, all in the audit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts_app import audit
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted
from accounts_app.models import AuditEntry, Incident
from accounts_app.services import incidents

pytestmark = pytest.mark.django_db
KIND = Incident.Kind.SUBSCRIPTION


def acts() -> list[str]:
    """Return what the audit tells of incidents, oldest first."""
    entries = AuditEntry.objects.filter(object_kind="incident").order_by("sequence")
    return list(entries.values_list("action", flat=True))


def test_an_incident_is_opened_with_an_audit_entry():
    incidents.notice(KIND, "It is not ours.")
    assert (Incident.objects.get().words, acts()) == ("It is not ours.", ["incident.opened"])
    assert audit.verify() is None


def test_what_comes_again_is_counted_and_not_told_again():
    for words in ("once", "twice"):
        incidents.notice(KIND, words)
    incident = Incident.objects.get()
    assert (incident.number, incident.words, acts()) == (2, "twice", ["incident.opened"])


def test_another_kind_is_another_incident():
    incidents.notice(KIND, "one")
    incidents.notice(Incident.Kind.CARD_NUMBER, "other")
    assert Incident.objects.count() == 2


def test_what_is_no_longer_so_ends_by_itself():
    incidents.notice(KIND, "one")
    incidents.clear(KIND, "All is well.")
    ended = Incident.objects.get()
    assert (ended.end_note, ended.ended_by) == ("All is well.", audit.system_user())
    assert acts() == ["incident.opened", "incident.ended"]


def test_where_nothing_is_wrong_nothing_ends():
    incidents.clear(KIND, "All is well.")
    assert acts() == []


def test_after_the_end_the_next_one_is_a_new_incident(operator):
    incidents.notice(KIND, "one")
    incidents.end(Incident.objects.get().pk, person=operator, note="Mended.")
    incidents.notice(KIND, "two")
    assert Incident.objects.count() == 2


def test_a_person_ends_it_with_a_note(operator):
    incidents.notice(KIND, "one")
    ended = incidents.end(Incident.objects.get().pk, person=operator, note=" Mended. ")
    entry = AuditEntry.objects.get(action="incident.ended")
    assert (entry.actor, entry.reason, entry.object_id) == (operator, "Mended.", str(ended.pk))


@pytest.mark.parametrize("note", ["", "  "])
def test_an_end_needs_a_note(operator, note):
    incidents.notice(KIND, "one")
    with pytest.raises(Incomplete):
        incidents.end(Incident.objects.get().pk, person=operator, note=note)


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_who_only_looks_ends_nothing(request, name):
    incidents.notice(KIND, "one")
    with pytest.raises(NotPermitted):
        incidents.end(
            Incident.objects.get().pk, person=request.getfixturevalue(name), note="Mended."
        )


def test_it_ends_once(operator, approver):
    incidents.notice(KIND, "one")
    number = Incident.objects.get().pk
    incidents.end(number, person=operator, note="Mended.")
    with pytest.raises(AlreadyMoved):
        incidents.end(number, person=approver, note="Mended as well.")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_several_at_the_same_moment_one_incident_is_opened():
    def notice(number: int) -> None:
        incidents.notice(KIND, f"number {number}")
        connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(notice, range(4)))
    assert (Incident.objects.get().number, acts()) == (4, ["incident.opened"])
