"""Two people at their own desks end what no machine can, in a real browser."""

import pytest

from accounts_app.models import Account, Operation, Reconciliation, Resolution
from tests.admin import rows
from tests.admin.looks import troubles
from tests.admin.resolving import EVIDENCE, page_of, resolution_page, resolve_page
from tests.browser import sign_in, watch
from tests.services.stuck import (
    confirm,
    contradicted,
    made_by,
    needing_people,
    one_of_several,
    propose,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desks(open_context, live_server, operator, approver):
    """A tab of the operator and one of the approver."""
    tabs = []
    for person in (operator, approver):
        context = open_context()
        sign_in(context, live_server.url, person)
        tabs.append(context.new_page())
    return tabs


def test_two_people_end_an_operation(desks, live_server, programme, operator):
    first, second = desks
    stuck = needing_people(programme, operator)
    complaints = [watch(first), watch(second)]
    first.goto(live_server.url + page_of(stuck))
    first.click("text=Propose how it ends")
    first.click("text=It did not take effect")
    first.fill("[name=evidence]", EVIDENCE)
    first.click("button:text-is('Propose')")
    first.wait_for_selector("text=a second person confirms or rejects it")
    second.goto(live_server.url + "/admin/")
    second.click("text=proposals to confirm")
    second.click("#result_list tbody a")
    second.click("text=Look at it and decide")
    assert second.is_visible(f"text={EVIDENCE}")
    second.click("button:text-is('Confirm')")
    second.wait_for_selector("text=Confirmed: the operation has ended.")
    assert Operation.objects.get().state == Operation.State.NOT_APPLIED
    assert complaints == [[], []]


def test_two_people_pick_the_account_that_was_opened(desks, live_server, programme, operator):
    first, second = desks
    several = one_of_several(programme, operator)
    picked = made_by(programme, several)
    first.goto(live_server.url + resolve_page(several))
    first.click("text=It took effect at the provider")
    first.check(f"input[value='{picked}']")
    first.fill("[name=evidence]", EVIDENCE)
    first.click("button:text-is('Propose')")
    first.wait_for_selector("text=a second person confirms or rejects it")
    second.goto(live_server.url + resolution_page(Resolution.objects.get()))
    second.click("button:text-is('Confirm')")
    second.wait_for_selector("text=Confirmed: the operation has ended.")
    assert Operation.objects.get().account_id == picked


def test_two_people_take_the_providers_word(desks, live_server, programme):
    first, second = desks
    found = contradicted(programme)
    first.goto(live_server.url + page_of(Account.objects.get()))
    first.click("text=look at the discrepancy")
    first.click("text=Propose how it ends")
    first.click("text=Take the provider's word")
    first.fill("[name=evidence]", EVIDENCE)
    first.click("button:text-is('Propose')")
    first.wait_for_selector("text=a second person confirms or rejects it")
    second.goto(live_server.url + page_of(found))
    second.click("text=Look at the proposal")
    second.click("button:text-is('Confirm')")
    second.wait_for_selector("text=Confirmed: the discrepancy has ended.")
    assert Account.objects.get().status == "active"


def test_two_clicks_make_one_proposal(desks, live_server, programme):
    tab = desks[0]
    tab.goto(live_server.url + resolve_page(contradicted(programme)))
    tab.click("text=Keep what we hold")
    tab.fill("[name=evidence]", EVIDENCE)
    tab.dblclick("button:text-is('Propose')")
    tab.wait_for_selector("text=a second person confirms or rejects it")
    assert Resolution.objects.count() == 1


@pytest.fixture
def visits(programme, operator, approver):
    """Who looks at what: every sort of page on which two people end something."""
    several, found = one_of_several(programme, operator), contradicted(programme)
    stuck, held = needing_people(programme, operator), rows.comparison(programme.account())
    open_ones = [(operator, resolve_page(one)) for one in (several, found, held)]
    picked = made_by(programme, needing := one_of_several(programme, operator))
    proposals = [
        propose(stuck, "not_applied", operator, evidence=f"{EVIDENCE}\n" * 8),
        propose(needing, "succeeded", operator, made_id=picked),
        propose(other := contradicted(programme), "follow", operator),
        propose(rows.comparison(programme.account()), "apply", operator),
    ]
    decided = confirm(propose(contradicted(programme), "keep", operator), approver)
    return [
        *open_ones,
        *[(person, resolution_page(one)) for one in proposals for person in (operator, approver)],
        *[(approver, page_of(one)) for one in (*proposals, decided, decided.discrepancy)],
        *[(operator, page_of(one)) for one in (several, stuck, found, other)],
        (operator, page_of(Account.objects.get(pk=found.entity_id))),
        (approver, "/admin/accounts_app/resolution/"),
    ]


@pytest.mark.looks
def test_the_pages_are_legible_in_bounds_and_quiet(open_context, live_server, visits):
    assert troubles(open_context, live_server.url, visits) == []
    assert Reconciliation.objects.count() == 2
