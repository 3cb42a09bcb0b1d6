"""A chain that is broken stays broken; a person may live with one named fault of it."""

import pytest

from accounts_app import audit, schedule
from accounts_app.audit import Fault
from accounts_app.errors import Incomplete, NotPermitted, Refusal, StaleView
from accounts_app.models import AuditEntry, Pause
from accounts_app.services import pausing
from tests.services.test_pausing import break_the_chain, by_hand

pytestmark = pytest.mark.django_db
Cause = Pause.Cause


@pytest.fixture
def broken(sandbox, operator) -> Fault:
    """A chain whose second entry was altered, and sending paused because of it."""
    for number in range(3):
        pausing.pause(Cause.HAND, f"Pause {number}", person=operator)
        pausing.resume(person=None, reason="It was nothing")
    break_the_chain(entry=2)
    schedule.check_chain()
    return Fault(2, "altered")


def test_a_person_acknowledges_the_fault_and_sending_goes_on(broken, approver):
    pausing.resume(person=approver, reason="A slip in the restore", acknowledged=broken)
    assert pausing.current() is None
    entry = AuditEntry.objects.get(action="chain.acknowledged")
    assert (entry.actor, entry.reason, entry.object_kind) == (
        *(approver, "A slip in the restore"),
        "pause",
    )
    assert entry.after == {"sequence": 2, "what": "altered"}


def test_the_hourly_check_names_it_and_does_not_stop_again(broken, approver):
    pausing.resume(person=approver, reason="Known", acknowledged=broken)
    told = "The audit chain holds but for what people have acknowledged: entry 2: altered."
    assert schedule.check_chain() == told
    assert pausing.current() is None
    assert audit.verify() == broken


@pytest.mark.parametrize("entry", [1, 3, 7])
def test_another_fault_stops_sending_again(broken, approver, entry):
    pausing.resume(person=approver, reason="Known", acknowledged=broken)
    break_the_chain(entry=entry)
    assert schedule.check_chain() == f"Audit entry {entry}: altered."
    assert pausing.current().cause == Cause.CHAIN


def test_a_later_pause_ends_without_acknowledging_it_anew(broken, approver):
    pausing.resume(person=approver, reason="Known", acknowledged=broken)
    by_hand(approver)
    pausing.resume(person=approver, reason="All is well")
    assert pausing.current() is None


@pytest.mark.parametrize("fault", [Fault(3, "altered"), Fault(2, "missing")])
def test_only_the_fault_that_there_is_can_be_acknowledged(broken, approver, fault):
    with pytest.raises(StaleView, match="is not, or no longer, the first fault"):
        pausing.resume(person=approver, reason="Known", acknowledged=fault)
    assert not AuditEntry.objects.filter(action="chain.acknowledged").exists()


def test_of_two_faults_each_is_acknowledged_by_itself(broken, approver):
    break_the_chain(entry=4)
    with pytest.raises(Refusal, match="audit entry 4: altered") as refusal:
        pausing.resume(person=approver, reason="Known", acknowledged=broken)
    pausing.resume(person=approver, reason="Known", acknowledged=refusal.value.details["fault"])
    assert pausing.current() is None


def test_who_may_not_resume_may_not_acknowledge(broken, operator):
    with pytest.raises(NotPermitted):
        pausing.resume(person=operator, reason="Known", acknowledged=broken)


def test_the_programme_itself_acknowledges_nothing(broken):
    with pytest.raises(NotPermitted, match="Only a person"):
        pausing.resume(person=None, reason="Known", acknowledged=broken)


def test_acknowledging_needs_a_reason(broken, approver):
    with pytest.raises(Incomplete):
        pausing.resume(person=approver, reason=" ", acknowledged=broken)
