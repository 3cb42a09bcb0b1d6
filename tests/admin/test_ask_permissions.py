"""Who may open and send which ask page."""

import pytest
from django.test import Client

from accounts_app.models import Operation
from accounts_app.services.catalogue import KINDS
from tests.admin.pages import ask_address, hidden_of, page_of, signed_in, text_of
from tests.factories import ask

MAY = {"viewer": False, "operator": True, "approver": True, "auditor": False}
MATRIX = [(role, kind) for role in MAY for kind in KINDS]


@pytest.fixture
def targets(programme):
    """A customer, an account and a card to ask about."""
    card = programme.card(programme.account())
    return {"customer": card.account.customer, "account": card.account, "card": card}


@pytest.mark.parametrize(("role", "kind"), MATRIX)
def test_the_page_is_for_those_who_may_ask(role, kind, targets, request):
    target = targets[str(KINDS[kind].target.KIND)]
    answer = signed_in(request.getfixturevalue(role)).get(ask_address(target, kind))
    assert answer.status_code == (200 if MAY[role] else 403)


@pytest.mark.parametrize(("role", "kind"), MATRIX)
def test_sending_it_is_for_those_who_may_ask(role, kind, targets, request):
    target = targets[str(KINDS[kind].target.KIND)]
    answer = signed_in(request.getfixturevalue(role)).post(ask_address(target, kind), {})
    assert answer.status_code == (200 if MAY[role] else 403)
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("operator", 403), ("approver", 200), ("auditor", 403)]
)
def test_deciding_is_for_approvers(role, status, programme, request):
    maker = request.getfixturevalue("operator")
    other = maker if role != "operator" else request.getfixturevalue("approver")
    operation = ask("close", programme.account(), other)
    browser = signed_in(request.getfixturevalue(role))
    assert browser.get(page_of(operation, "decide")).status_code == status
    form = {"decision": "approve", "digest": operation.digest}
    assert browser.post(page_of(operation, "decide"), form).status_code == (
        302 if status == 200 else 403
    )


def test_a_refusal_is_in_plain_words_with_a_way_back(targets, viewer):
    page = signed_in(viewer).get(ask_address(targets["account"], "close"))
    assert "You may not ask for this: close for good." in text_of(page)
    assert f"/account/{targets['account'].pk}/change/" in page.content.decode()


def test_the_signed_out_come_back_to_the_page_after_signing_in(targets, client):
    address = ask_address(targets["account"], "close")
    assert client.get(address)["Location"] == f"/admin/login/?next={address}"
    # What was typed into a form is shown first; what was not typed at all is lost on nobody.
    assert client.post(address, {})["Location"] == f"/admin/login/?next={address}"


def test_a_form_from_elsewhere_is_refused(targets, operator):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(operator)
    address = ask_address(targets["account"], "deactivate")
    form = {**hidden_of(browser.get(address)), "reason": "x"}
    assert browser.post(address, form).status_code == 403
    assert not Operation.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_only_get_and_post_are_taken(targets, operator, method):
    address = ask_address(targets["account"], "deactivate")
    assert getattr(signed_in(operator), method)(address).status_code == 405
