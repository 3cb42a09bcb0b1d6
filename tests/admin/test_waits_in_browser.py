"""The pages about what waits, is known or is missing, in a real browser: legible and in bounds."""

import pytest
from django.urls import reverse

from accounts_app.models import Operation, Pause
from accounts_app.services import pausing
from tests.admin import rows
from tests.admin.looks import LOOKS, TOO_WIDE, barriers, troubles
from tests.admin.resolving import page_of, resolve_page
from tests.browser import sign_in, watch
from tests.factories import ask
from tests.services.stuck import confirm, contradicted, needing_people, one_of_several, propose
from tests.services.test_pausing import break_the_chain
from tests.services.test_send import advanced, approved_by

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sandbox(close_needs_signature=True),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
RESUME = reverse("admin:accounts_app_pause_resume")


@pytest.fixture
def visits(programme, operator, approver):
    """The pages to look at, and who looks."""
    waiting = advanced(approved_by(approver, ask("close", programme.account(), operator)))
    kept = confirm(propose(contradicted(programme), "keep", operator), approver).discrepancy
    ended = needing_people(programme, operator)
    confirm(propose(ended, "not_applied", operator), approver)
    rows.contradiction(rows.account(status="closed"))
    return [
        (operator, page_of(waiting.account)),
        (operator, page_of(waiting)),
        (operator, resolve_page(waiting)),
        (operator, resolve_page(one_of_several(programme, operator))),
        (operator, page_of(Operation.objects.get(pk=ended.pk))),
        (operator, f"/admin/accounts_app/account/{kept.entity_id}/change/"),
        (operator, "/admin/accounts_app/pause/"),
        (operator, "/admin/accounts_app/account/?q=nobody"),
        (operator, "/admin/accounts_app/discrepancy/"),
    ]


@pytest.mark.looks
def test_they_are_legible_in_bounds_and_quiet(open_context, live_server, visits):
    assert troubles(open_context, live_server.url, visits) == []


@pytest.mark.parametrize("look", LOOKS)
def test_an_approver_acknowledges_a_fault_of_the_chain(
    look, open_context, live_server, sandbox, approver
):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong", person=approver)
    break_the_chain()
    context = open_context(**LOOKS[look])
    sign_in(context, live_server.url, approver)
    page = context.new_page()
    complaints = watch(page)
    page.goto(live_server.url + RESUME)
    page.fill("[name=reason]", "A slip in the restore")
    page.click("button:text-is('Let sending go on')")
    page.wait_for_selector("text=Sending stays paused: audit entry 1: altered.")
    assert page.input_value("[name=reason]") == "A slip in the restore"
    assert (barriers(page), page.evaluate(TOO_WIDE)) == ([], 0)
    page.check("[name=acknowledged]")
    page.click("button:text-is('Let sending go on')")
    page.wait_for_selector("text=Sending goes on.")
    assert complaints == []


def test_who_may_not_is_told_who_may(open_context, live_server, operator, approver):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong", person=operator)
    context = open_context()
    sign_in(context, live_server.url, operator)
    page = context.new_page()
    page.goto(live_server.url + RESUME)
    assert page.is_visible("text=Those who may: approver.")
    assert barriers(page) == []
