"""Every role and every act that is not an address of its own: kinds, list actions, one's own."""

import json
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts_app import rights
from accounts_app.errors import NotPermitted
from accounts_app.models import Operation, Resolution
from accounts_app.services import operations, resolutions
from accounts_app.services.catalogue import KINDS, Kind
from tests.admin import rows
from tests.admin.pages import ask_address, hidden_of, page_of, signed_in
from tests.factories import ask
from tests.permissions.table import DECIDE, REFRESH, VIEW
from tests.permissions.watching import ALWAYS, undone
from tests.permissions.who import NO_ROLE, SUPERUSER, may, person
from tests.permissions.world import World, own_view

pytestmark = [pytest.mark.django_db, pytest.mark.permissions]
STAFF = (*rights.ROLES, SUPERUSER, NO_ROLE)
# Every action that a list offers; one that is not named here fails the test.
ACTIONS = {
    "refresh_selected": REFRESH,
    "deactivate_selected": KINDS["deactivate"].permission,
    "look_again_selected": "accounts_app.look_again",
    "delete_selected": "nobody has this right",
}
OFFERED = (
    ("customer", "refresh_selected"),
    ("account", "refresh_selected"),
    ("account", "deactivate_selected"),
    ("card", "refresh_selected"),
    ("webhookevent", "look_again_selected"),
)
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def staff(db) -> dict[str, User]:
    """One of everybody who can sign in, by role."""
    return {who: made for who in STAFF if (made := person(who))}


def test_each_kind_of_operation_is_asked_for_by_those_who_may(staff, world):
    faults = []
    for who, actor in staff.items():
        client = signed_in(actor)
        for kind in KINDS.values():
            faults += [
                f"{who}, {kind.name}: {fault}" for fault in _asking(who, client, kind, world)
            ]
    assert not faults, "\n".join(faults)


def _asking(who: str, client: Client, kind: Kind, world: World) -> Iterator[str]:
    target = world[str(kind.target.KIND)]
    page = ask_address(target, kind.name)
    allowed = may(who, kind.permission) and may(who, f"{VIEW}{target.KIND}")
    with undone() as written:
        codes = [client.get(page).status_code, client.post(page, {}).status_code]
    if codes != ([200, 200] if allowed else [403, 403]):
        yield str(codes)
    if not allowed and written - ALWAYS:
        yield f"writes to {written}"


def test_the_service_itself_refuses_each_kind_to_the_others(staff, world):
    for who, maker in staff.items():
        for kind in KINDS.values():
            if not may(who, kind.permission):
                with pytest.raises(NotPermitted):
                    ask(kind.name, world[str(kind.target.KIND)], maker)


def test_each_list_offers_the_actions_of_those_who_may(staff):
    request = RequestFactory().get("/")
    for who, actor in staff.items():
        request.user = actor
        for page in admin.site._registry.values():
            named = {name for _action, name, _words in page._get_base_actions()}
            assert named <= set(ACTIONS), page
            offered = {name for name in named if may(who, ACTIONS[name])}
            assert set(page.get_actions(request)) == offered, f"{who}: {page}"


def test_an_action_that_is_sent_all_the_same_does_nothing_for_the_others(staff, world):
    faults = []
    for who, actor in staff.items():
        client = signed_in(actor)
        for name, action in OFFERED:
            form = {"action": action, "_selected_action": world[name].pk, "index": "0"}
            with undone() as written:
                page = reverse(f"admin:accounts_app_{name}_changelist")
                answer = client.post(page, form)
            # Whoever sees the list sees it again, as with any action that is not there.
            expected = {200, 302} if may(who, VIEW + name) else {403}
            acted = answer.headers.get("Location", page) != page or bool(written - ALWAYS)
            if answer.status_code not in expected or acted > may(who, ACTIONS[action]):
                faults.append(f"{who}, {name}, {action}: {answer.status_code} {written}")
    assert not faults, "\n".join(faults)


def test_what_the_palette_offers_is_ones_own_to_open(staff, world):
    account = world["account"]
    here = reverse("admin:accounts_app_account_change", args=[account.pk])
    faults = []
    for who, actor in staff.items():
        client, pages = signed_in(actor), set()
        for query in ({"q": "", "from": here}, {"q": str(account.pk)[:8]}, {"q": "1"}):
            found = json.loads(client.get(reverse("admin:find"), query, headers=SCRIPT).content)
            options = [option for group in found["groups"] for option in group["options"]]
            pages |= {option["address"] for option in options}
        codes = {page: client.get(page).status_code for page in sorted(pages)}
        faults += [
            f"{who}: {page} {code}" for page, code in codes.items() if code not in {200, 302}
        ]
    assert not faults, "\n".join(faults)


def test_ones_own_request_is_withdrawn_and_never_approved(staff):
    for maker in (staff[rights.OPERATOR], staff[rights.APPROVER]):
        own = ask("close", rows.account(), maker)
        client, decide = signed_in(maker), page_of(own, "decide")
        form = {**hidden_of(client.get(decide)), "digest": own.digest, "decision": "approve"}
        assert client.post(decide, form).status_code == 403
        assert client.post(page_of(own, "cancel")).status_code == 302
        own.refresh_from_db()
        assert own.state == Operation.State.CANCELLED


def test_ones_own_proposal_is_withdrawn_and_never_confirmed(staff):
    for proposer in (staff[rights.OPERATOR], staff[rights.APPROVER]):
        own = rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", proposer)
        client = signed_in(proposer)
        decide, withdraw = (
            reverse(f"admin:accounts_app_resolution_{name}", args=[own.pk])
            for name in ("decide", "withdraw")
        )
        form = {"digest": own.digest, "decision": "confirm"}
        assert client.post(decide, form).status_code == 403
        assert client.post(withdraw).status_code == 302
        own.refresh_from_db()
        assert own.state == Resolution.State.WITHDRAWN


def test_others_requests_and_proposals_are_decided_by_those_who_decide(staff, world):
    asked, proposal = world["operation"], world["resolution"]
    for who, checker in staff.items():
        if not may(who, DECIDE):
            with pytest.raises(NotPermitted):
                operations.approve(asked.pk, checker=checker, digest=asked.digest)
            with pytest.raises(NotPermitted):
                resolutions.reject(proposal.pk, decider=checker, note="No")
    made = operations.approve(asked.pk, checker=staff[rights.APPROVER], digest=asked.digest)
    assert made.checker == staff[rights.APPROVER]


def test_a_view_of_ones_own_is_changed_and_removed(staff):
    for owner in staff.values():
        client, own = signed_in(owner), own_view(owner)
        page = reverse("admin:change_view", args=[own.pk])
        assert client.post(page, {"name": "renamed"}).status_code == 302
        assert client.post(page, {"remove": "1"}).status_code == 302
        own.refresh_from_db()
        assert (own.name, own.hidden_at is None) == ("renamed", False)
