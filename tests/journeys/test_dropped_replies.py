"""A change takes effect and its answer is lost: what staff see meanwhile, and how it ends."""

from datetime import timedelta

import pytest
import time_machine

from accounts_app import audit, work
from accounts_app.models import Attempt, Operation
from tests.admin.pages import ask_address, fill_in, page_of, signed_in, text_of

pytestmark = pytest.mark.django_db
State = Operation.State

# kind: the provider's operation, the status before, the status after
STORIES = {
    "create_account": ("createAccount", "active", "initiating"),
    "deactivate": ("deactivateAccount", "active", "inactive"),
    "reactivate": ("activateAccount", "inactive", "active"),
    "close": ("closeAccount", "active", "closed"),
}


class Case:
    """One kind's story: what it is asked for, by whom, and what the provider did about it."""

    def __init__(self, kind, target, sandbox, maker, checker):
        self.kind, self.target, self.sandbox = kind, target, sandbox
        self.maker, self.checker = signed_in(maker), signed_in(checker)
        self.provider_name, _, self.after = STORIES[kind]

    def ask(self):
        """Ask through the page; return the answer to the form."""
        address = ask_address(self.target, self.kind)
        own = {"currency": "EUR"} if self.kind == "create_account" else {}
        own |= {"confirmation": str(self.target.pk)} if self.kind == "close" else {}
        return self.maker.post(address, fill_in(self.maker, address, **own))

    def agree(self):
        """Have the second person agree through the page, where one is needed."""
        operation = self.operation()
        if operation.state == State.REQUESTED:
            address = page_of(operation, "decide")
            form = fill_in(self.checker, address, decision="approve")
            assert self.checker.post(address, form).status_code == 302

    def operation(self):
        """Return the only operation there is."""
        return Operation.objects.get()

    def page(self):
        """Return what the maker reads on the operation's page."""
        return text_of(self.maker.get(page_of(self.operation())))

    def effects(self):
        """Return the changes that the operation's key caused by itself; cascades come on top."""
        key = str(self.operation().key)
        lines = [line for line in self.sandbox.ledger() if line["key"] == key]
        return [line for line in lines if line["cause"] == "api"]

    def let_time_pass(self):
        """Let the worker look once the operation is due again."""
        due = self.operation().next_at + timedelta(seconds=1)
        with time_machine.travel(due, tick=True):
            work.run_due()


@pytest.fixture(params=STORIES)
def lost(request, programme, sandbox, operator, approver):
    """A request that was sent, took effect, and got no answer."""
    kind = request.param
    provider_name, before, _ = STORIES[kind]
    target = programme.customer() if kind == "create_account" else programme.account(before)
    sandbox.faults.add(operation=provider_name, action="drop_reply", times=1)
    case = Case(kind, target, sandbox, operator, approver)
    assert case.ask().status_code == 302
    case.agree()
    return case


def test_the_operation_ends_well_and_happened_once(lost):
    lost.let_time_pass()
    operation = lost.operation()
    assert (operation.state, operation.status_after) == (State.SUCCEEDED, lost.after)
    assert operation.account.status == lost.after
    assert len(lost.effects()) == 1


def test_meanwhile_staff_read_that_it_is_being_checked(lost):
    page = lost.page()
    assert "Outcome unknown, checking automatically" in page
    assert "Do not repeat it" in page
    assert len(lost.effects()) == 1


def test_meanwhile_nothing_else_can_be_asked(lost):
    page = text_of(lost.maker.get(ask_address(lost.target, lost.kind)))
    assert "was already requested by operator" in page
    lost.ask()
    assert Operation.objects.count() == 1


def test_meanwhile_the_mirror_claims_nothing(lost):
    assert lost.operation().state == State.UNCERTAIN
    lost.target.refresh_from_db()
    assert lost.target.status == STORIES[lost.kind][1]


def test_afterwards_staff_read_that_it_is_done(lost):
    lost.let_time_pass()
    page = lost.page()
    assert "Done" in page
    assert f"The account is {lost.after}." in page
    assert "Do not repeat it" not in page


def test_both_attempts_are_on_record_under_one_key(lost):
    lost.let_time_pass()
    attempts = Attempt.objects.order_by("number")
    assert [attempt.result for attempt in attempts] == ["unknown", "answered"]


def test_the_audit_tells_the_doubt_and_its_end(lost):
    lost.let_time_pass()
    states = [
        entry.action.partition(".")[2]
        for entry in lost.operation().audit_entries.order_by("sequence")
    ]
    assert states[0] == "requested"
    assert states[-1] == "succeeded"
    assert "uncertain" in states
    assert audit.verify() is None
