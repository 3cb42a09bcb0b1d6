"""Every role and every act that is not an address of its own: kinds, list actions, one's own."""

import json

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts_app import rights
from accounts_app.errors import NotPermitted
from accounts_app.models import Account, Card, Customer, Operation, Resolution, WebhookEvent
from accounts_app.services import operations, resolutions
from accounts_app.services.catalogue import KINDS
from tests.admin import rows
from tests.admin.pages import ask_address, hidden_of, page_of, signed_in
from tests.factories import ask
from tests.permissions.table import DECIDE, REFRESH, VIEW
from tests.permissions.watching import ALWAYS, undone
from tests.permissions.who import NO_ROLE, SUPERUSER, may, person
from tests.permissions.world import World, build, own_view

pytestmark = [pytest.mark.django_db, pytest.mark.permissions]
STAFF = (*rights.ROLES, SUPERUSER, NO_ROLE)
# Every action that a list offers; one that is not named here fails the test.
ACTIONS = {
    "refresh_selected": REFRESH,
    "deactivate_selected": KINDS["deactivate"].permission,
    "look_again_selected": "accounts_app.look_again",
    "delete_selected": "nobody has this right",
}
each_of_staff = pytest.mark.parametrize("who", STAFF)


@pytest.fixture
def world(sandbox) -> World:
    """One of everything, beside a provider that answers."""
    return build()


@each_of_staff
def test_each_kind_of_operation_is_asked_for_by_those_who_may(who, world):
    client, faults = signed_in(person(who)), []
    for kind in KINDS.values():
        page = ask_address(world[str(kind.target.KIND)], kind.name)
        allowed = may(who, kind.permission) and may(who, f"{VIEW}{kind.target.KIND}")
        with undone() as written:
            codes = [client.get(page).status_code, client.post(page, {}).status_code]
        if codes != ([200, 200] if allowed else [403, 403]):
            faults.append((kind.name, codes))
        faults += [(kind.name, written)] if not allowed and written - ALWAYS else []
    assert faults == []


@each_of_staff
def test_the_service_itself_refuses_each_kind_to_the_others(who, world):
    maker = person(who)
    for kind in KINDS.values():
        if not may(who, kind.permission):
            with pytest.raises(NotPermitted):
                ask(kind.name, world[str(kind.target.KIND)], maker)


@each_of_staff
def test_each_list_offers_the_actions_of_those_who_may(who):
    request = RequestFactory().get("/")
    request.user = person(who)
    for page in admin.site._registry.values():
        named = {name for _action, name, _words in page._get_base_actions()}
        assert named <= set(ACTIONS), page
        offered = {name for name in named if may(who, ACTIONS[name])}
        assert set(page.get_actions(request)) == offered, page


@each_of_staff
@pytest.mark.parametrize(
    ("model", "action"),
    [
        (Customer, "refresh_selected"),
        (Account, "refresh_selected"),
        (Account, "deactivate_selected"),
        (Card, "refresh_selected"),
        (WebhookEvent, "look_again_selected"),
    ],
)
def test_an_action_that_is_sent_all_the_same_does_nothing_for_the_others(who, model, action, world):
    name = model._meta.model_name
    form = {"action": action, "_selected_action": world[name].pk, "index": "0"}
    with undone() as written:
        answer = signed_in(person(who)).post(reverse(f"admin:accounts_app_{name}_changelist"), form)
    if may(who, ACTIONS[action]):
        assert (answer.status_code, "/login" in answer["Location"]) == (302, False)
        return
    assert not written - ALWAYS
    assert answer.status_code == (200 if may(who, VIEW + name) else 403)


@each_of_staff
def test_what_the_palette_offers_is_ones_own_to_open(who, world):
    client, faults = signed_in(person(who)), []
    for typed in ("", "e", str(world["account"].pk)[:8], str(world["operation"].pk)):
        for here in ("", reverse("admin:accounts_app_account_change", args=[world["account"].pk])):
            query = {"q": typed, "from": here}
            answer = client.get(
                reverse("admin:find"), query, headers={"Accept": "application/json"}
            )
            groups = json.loads(answer.content)["groups"]
            pages = {option["address"] for group in groups for option in group["options"]}
            faults += [page for page in pages if client.get(page).status_code not in {200, 302}]
    assert faults == []


@each_of_staff
def test_ones_own_request_is_withdrawn_and_never_approved(who):
    maker = person(who)
    if not may(who, KINDS["close"].permission):
        return
    own = ask("close", rows.account(), maker)
    client, decide = signed_in(maker), page_of(own, "decide")
    form = {**hidden_of(client.get(decide)), "digest": own.digest, "decision": "approve"}
    assert client.post(decide, form).status_code == 403
    assert client.post(page_of(own, "cancel")).status_code == 302
    own.refresh_from_db()
    assert own.state == Operation.State.CANCELLED


@each_of_staff
def test_ones_own_proposal_is_withdrawn_and_never_confirmed(who):
    proposer = person(who)
    if not may(who, resolutions.PROPOSE):
        return
    own = rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", proposer)
    client = signed_in(proposer)
    decide = reverse("admin:accounts_app_resolution_decide", args=[own.pk])
    form = {"digest": own.digest, "decision": "confirm"}
    assert client.post(decide, form).status_code == 403
    page = reverse("admin:accounts_app_resolution_withdraw", args=[own.pk])
    assert client.post(page).status_code == 302
    own.refresh_from_db()
    assert own.state == Resolution.State.WITHDRAWN


@each_of_staff
def test_others_requests_are_approved_by_those_who_decide(who, world):
    checker, asked = person(who), world["operation"]
    if may(who, DECIDE):
        made = operations.approve(asked.pk, checker=checker, digest=asked.digest)
        assert made.checker == checker
        return
    with pytest.raises(NotPermitted):
        operations.approve(asked.pk, checker=checker, digest=asked.digest)


@each_of_staff
def test_a_view_of_ones_own_is_changed_and_removed(who):
    owner = person(who)
    client = signed_in(owner)
    own = own_view(owner)
    page = reverse("admin:change_view", args=[own.pk])
    assert client.post(page, {"name": "renamed"}).status_code == 302
    assert client.post(page, {"remove": "1"}).status_code == 302
    own.refresh_from_db()
    assert (own.name, own.hidden_at is None) == ("renamed", False)
