"""H7 to H11: what happens around a request while it waits, and what nobody can do at all."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts_app import work
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Account, Operation, Pause, Source
from accounts_app.services import deadlines, pausing, refresh
from tests.admin import rows
from tests.admin.conftest import all_roles  # noqa: F401 -- a fixture
from tests.admin.pages import page_of, signed_in, text_of
from tests.factories import ask
from tests.guarded import alter
from tests.services.test_send import advanced, approved_by, effects, when_due

State = Operation.State
LIST = "/admin/accounts_app/account/"


def after(**time: float) -> time_machine.travel:
    """Be there after so much time."""
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def expire() -> None:
    """End all that waited longer than it may."""
    for number in deadlines.late():
        deadlines.expire(number)


def disable(person) -> None:
    """Let somebody leave."""
    person.is_active = False
    person.save()


def demote(person) -> None:
    """Take every role from somebody."""
    person.groups.clear()


@pytest.mark.parametrize("loss", [disable, demote])
@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("operator", "Not sent: the person who asked no longer has the right to."),
        ("approver", "Not sent: the approval is no longer valid."),
    ],
)
def test_h07_nothing_is_sent_for_people_who_lost_their_rights(  # noqa: PLR0917 -- fixtures
    programme, operator, approver, sandbox, request, who, words, loss
):
    operation = approved_by(approver, ask("close", programme.account(), operator))
    loss(request.getfixturevalue(who))
    operation = advanced(operation)
    assert (operation.state, operation.outcome) == (State.STALE, words)
    assert operation.attempts.count() == 0
    assert effects(sandbox, operation) == []


def test_h07_a_request_for_one_person_needs_its_maker_too(programme, operator):
    operation = ask("deactivate", programme.account(), operator)
    operator.groups.remove(Group.objects.get(name="operator"))
    assert advanced(operation).state == State.STALE


@pytest.mark.parametrize(("minutes", "state"), [(14.9, State.SUCCEEDED), (15.1, State.STALE)])
def test_h08_an_approval_holds_for_fifteen_minutes(programme, operator, approver, minutes, state):
    operation = approved_by(approver, ask("close", programme.account(), operator))
    with after(minutes=minutes):
        operation = advanced(operation)
    assert operation.state == state
    assert operation.attempts.count() == (state == State.SUCCEEDED)


@pytest.mark.parametrize(("minutes", "state"), [(14.9, State.APPROVED), (15.1, State.STALE)])
def test_h08_an_approval_ends_on_time_while_sending_is_paused(programme, operator, minutes, state):
    operation = ask("deactivate", programme.account(), operator)
    pausing.pause(Pause.Cause.HAND, "Something looks wrong", person=operator)
    with after(minutes=minutes):
        work.run_due()
    operation.refresh_from_db()
    assert operation.state == state
    assert pausing.current() is not None


def test_h08_what_was_sent_and_is_in_doubt_is_not_called_too_old(programme, operator, sandbox):
    sandbox.faults.add(operation="deactivateAccount", action="drop_reply", times=1)
    operation = advanced(ask("deactivate", programme.account(), operator))
    with after(minutes=16):
        expire()
    operation.refresh_from_db()
    assert operation.state == State.UNCERTAIN


def test_h08_one_broken_row_does_not_keep_others_from_expiring(programme, operator, caplog):
    broken, sound = (ask("close", programme.account(), operator) for _ in range(2))
    alter(Operation.objects.filter(pk=broken.pk), fields=5)
    with after(hours=24.1):
        work.run_due()
    sound.refresh_from_db()
    assert sound.state == State.EXPIRED
    assert f"'row': ['{broken.pk}']" in caplog.text


def test_h08_a_request_can_be_decided_for_a_day(programme, operator, approver):
    request = ask("close", programme.account(), operator)
    with after(hours=23.9):
        expire()
        assert approved_by(approver, request).state == State.APPROVED


def test_h08_a_request_nobody_decided_expires_after_a_day(programme, operator, viewer):
    request = ask("close", programme.account(), operator)
    with after(hours=24.1):
        expire()
    request.refresh_from_db()
    assert request.state == State.EXPIRED
    told = text_of(signed_in(viewer).get(page_of(request)))
    assert "nobody decided in time. Please ask for it anew." in told


def test_h08_a_request_older_than_a_day_is_not_decided(programme, operator, approver):
    request = ask("close", programme.account(), operator)
    with after(hours=24.1), pytest.raises(AlreadyMoved, match="too old"):
        approved_by(approver, request)


def ticked(accounts: list[Account]) -> dict[str, object]:
    """Return the list's form with these accounts ticked."""
    numbers = [str(account.pk) for account in accounts]
    return {"action": "deactivate_selected", "_selected_action": numbers, "index": "0"}


def test_h09_up_to_twenty_are_listed_each(operator):
    owner = rows.customer()
    accounts = [rows.account(owner) for _ in range(20)]
    told = text_of(signed_in(operator).post(LIST, ticked(accounts), follow=True))
    assert "20 of 20 will be asked for" in told
    assert all(str(account.pk)[:8] in told for account in accounts)
    assert not Operation.objects.exists()


def test_h09_twenty_one_are_refused(operator):
    owner = rows.customer()
    accounts = [rows.account(owner) for _ in range(21)]
    told = text_of(signed_in(operator).post(LIST, ticked(accounts), follow=True))
    assert "At most 20 at a time; you chose 21. Nothing was asked for." in told
    chosen = [f"{account.pk}:{account.revision}" for account in accounts]
    confirmed = {"item": chosen, "reason": "All of them", "form_number": str(uuid.uuid4())}
    told = text_of(signed_in(operator).post(f"{LIST}batch/deactivate/", confirmed))
    assert "At most 20 at a time" in told
    assert not Operation.objects.exists()


def test_h09_close_and_reactivate_are_never_offered_for_many(all_roles, rf):  # noqa: F811
    asked = rf.get(LIST)
    asked.user = all_roles
    offered = admin.site.get_model_admin(Account).get_actions(asked)
    assert set(offered) == {"deactivate_selected", "refresh_selected"}


def test_h10_no_right_to_add_change_or_delete_exists(db):
    ours = Permission.objects.filter(content_type__app_label="accounts_app")
    writing = ours.filter(codename__regex=r"^(add|change|delete)_")
    assert not writing.exists()


OURS = [model for model in admin.site._registry if model._meta.app_label == "accounts_app"]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_h10_no_page_lets_anybody_add_change_or_delete(model, all_roles, rf):  # noqa: F811
    asked = rf.get("/")
    asked.user = all_roles
    page = admin.site.get_model_admin(model)
    assert not page.has_add_permission(asked)
    assert not page.has_change_permission(asked)
    assert not page.has_delete_permission(asked)


def changed_there(sandbox, account: Account, status: str) -> None:
    """Let the provider change an account by itself, and a webhook make us read it."""
    sandbox.world.change("account", str(account.pk), status)
    refresh.account(account.pk, source=Source.WEBHOOK)


def test_h11_the_mirror_follows_while_an_operation_waits(programme, operator, viewer, sandbox):
    account = programme.account()
    operation = ask("close", account, operator)
    changed_there(sandbox, account, "inactive")
    account.refresh_from_db()
    assert account.status == "inactive"
    told = text_of(signed_in(viewer).get(page_of(operation)))
    assert "Provider also changed this account while the operation was open:" in told
    assert "status active → inactive (as seen in a read after a webhook)" in told


def test_h11_the_operation_keeps_what_its_maker_saw(programme, operator, approver, sandbox):
    account = programme.account()
    request = ask("close", account, operator)
    changed_there(sandbox, account, "inactive")
    operation = advanced(approved_by(approver, request))
    assert operation.state == State.SUCCEEDED
    assert (operation.status_before, operation.status_after) == ("active", "closed")


def test_h11_what_the_provider_did_does_not_end_the_operation(programme, operator, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="kill_before")
    operation = advanced(ask("deactivate", account, operator))
    changed_there(sandbox, account, "closed")
    account.refresh_from_db()
    operation.refresh_from_db()
    assert (account.status, operation.state) == ("closed", State.UNCERTAIN)
    with after(minutes=44):
        operation = advanced(operation)
    operation = when_due(operation)
    assert (operation.state, effects(sandbox, operation)) == (State.UNCERTAIN, [])
    with after(hours=25):
        # Closed by the provider: whether it was inactive in between, only people can find out.
        assert advanced(operation).state == State.NEEDS_HUMAN


def test_h11_the_operations_own_effect_is_not_called_the_providers(
    programme, operator, viewer, sandbox
):
    account = programme.account()
    sandbox.faults.add(operation="deactivateAccount", action="drop_reply")
    operation = advanced(ask("deactivate", account, operator))
    refresh.account(account.pk, source=Source.WEBHOOK)
    account.refresh_from_db()
    assert account.status == "inactive"
    assert "Provider also changed" not in text_of(signed_in(viewer).get(page_of(operation)))
    assert when_due(operation).state == State.SUCCEEDED


def test_h11_what_happens_after_the_end_is_another_story(programme, operator, viewer, sandbox):
    account = programme.account()
    operation = advanced(ask("deactivate", account, operator))
    changed_there(sandbox, account, "active")
    assert "Provider also changed" not in text_of(signed_in(viewer).get(page_of(operation)))
