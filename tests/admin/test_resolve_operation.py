"""The pages on which two people end an operation that needs attention."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts_app.models import Account, Operation, Resolution
from tests.admin.pages import hidden_of, signed_in, text_of
from tests.admin.resolving import (
    EVIDENCE,
    decide,
    look,
    page_of,
    propose,
    resolution_page,
    resolve_page,
)
from tests.factories import ask
from tests.services import stuck as services
from tests.services.stuck import made_by, needing_people, one_of_several, person

State = Operation.State


@pytest.fixture
def stuck(programme, operator) -> Operation:
    """A deactivation of which nothing was seen for a day."""
    return needing_people(programme, operator)


@pytest.fixture
def proposal(stuck, operator) -> Resolution:
    """The operator proposes that it did not take effect."""
    return services.propose(stuck, "not_applied", operator)


def now(operation) -> Operation:
    """Return the operation as it is now."""
    return Operation.objects.get(pk=operation.pk)


def said(answer) -> list[str]:
    """Return what the page says on top."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_two_people_end_an_operation_through_the_pages(stuck, operator, approver):
    answer = propose(operator, stuck, "not_applied")
    made = Resolution.objects.get()
    assert answer["Location"] == page_of(made)
    answer = decide(approver, made, "confirm", note="Asked them as well")
    assert now(stuck).state == State.NOT_APPLIED
    assert "Confirmed: the operation has ended." in text_of(answer)
    assert "operator and approver ended it:" in text_of(answer)


# The operation's own page leads there.


def test_the_operations_page_says_what_to_do(stuck, operator):
    page = signed_in(operator).get(page_of(stuck))
    assert "two people end this" in text_of(page)
    assert resolve_page(stuck) in page.content.decode()


def test_who_may_not_propose_is_not_led_there(stuck, viewer):
    assert resolve_page(stuck) not in signed_in(viewer).get(page_of(stuck)).content.decode()


def test_the_operations_page_tells_of_an_open_proposal(proposal, stuck, viewer):
    page = signed_in(viewer).get(page_of(stuck))
    assert "operator has proposed how it ends" in text_of(page)
    assert resolution_page(proposal) in page.content.decode()


def test_other_operations_have_no_such_page(programme, operator):
    operation = ask("close", programme.account(), operator)
    answer = signed_in(operator).get(resolve_page(operation), follow=True)
    assert f"Close for good #{operation.pk} does not wait for people." in said(answer)
    assert "Propose how it ends" not in text_of(answer)


# What the proposer sees.


def test_the_page_tells_what_happened_and_what_is_so_now(stuck, operator):
    text = text_of(signed_in(operator).get(resolve_page(stuck)))
    for told in (
        "Asked for by the customer",
        "Attempts at the provider",
        "no usable answer",
        "The provider does not show the effect.",
        "Cannot be proposed now: “It took effect at the provider”. The provider does not show the",
        "It did not take effect at the provider. The operation ends without effect",
        "the provider's own reference, who there said it, and when",
    ):
        assert told in text


def test_a_look_at_the_provider_tells_what_it_shows_now(stuck, operator, sandbox):
    sandbox.world.change("account", str(stuck.account_id), "inactive")
    answer = look(operator, resolve_page(stuck))
    assert said(answer) == ["The provider was read just now: The account is inactive."]
    assert "The provider shows the effect now." in text_of(answer)
    assert now(stuck).state == State.NEEDS_HUMAN


def test_a_look_at_a_provider_out_of_reach_says_so(stuck, operator, settings):
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"
    (sentence,) = said(look(operator, resolve_page(stuck)))
    assert sentence.startswith("The provider could not be read")


def test_o19_the_candidates_of_a_creation_are_there_to_choose_from(programme, operator, approver):
    several = one_of_several(programme, operator)
    picked = made_by(programme, several)
    text = text_of(signed_in(operator).get(resolve_page(several)))
    assert "What this operation made" in text
    assert str(picked) in text
    propose(operator, several, "succeeded", made_id=str(picked))
    decide(approver, Resolution.objects.get(), "confirm")
    assert now(several).account_id == picked


def test_a_creation_without_a_choice_asks_for_one(programme, operator):
    several = one_of_several(programme, operator)
    text = text_of(propose(operator, several, "succeeded"))
    assert "Choose the account that this operation made" in text
    assert not Resolution.objects.exists()


# What is entered wrongly is said where it belongs, and what was typed stays.


def test_an_end_has_to_be_chosen(stuck, operator):
    answer = propose(operator, stuck, "")
    assert "Choose how it ends." in text_of(answer)
    assert EVIDENCE in answer.content.decode()


def test_evidence_has_to_be_given(stuck, operator):
    answer = propose(operator, stuck, "not_applied", evidence="  ")
    assert "Give the evidence" in text_of(answer)
    assert re.search('<input[^>]*"not_applied"[^>]* checked', answer.content.decode())


def test_what_the_provider_does_not_show_is_refused_in_words(stuck, operator):
    answer = propose(operator, stuck, "succeeded")
    assert "The provider does not show the effect: the account is active." in text_of(answer)
    assert EVIDENCE in answer.content.decode()


def test_a_form_without_its_hidden_entries_is_given_anew(stuck, operator):
    answer = signed_in(operator).post(
        resolve_page(stuck), {"verdict": "not_applied", "evidence": EVIDENCE}
    )
    assert "The page was incomplete: nothing was proposed." in text_of(answer)
    form = {**hidden_of(answer), "verdict": "not_applied", "evidence": EVIDENCE}
    assert signed_in(operator).post(resolve_page(stuck), form).status_code == 302


def test_the_same_form_sent_twice_is_one_proposal(stuck, operator):
    browser, address = signed_in(operator), resolve_page(stuck)
    form = {**hidden_of(browser.get(address)), "verdict": "not_applied", "evidence": EVIDENCE}
    first, second = browser.post(address, form), browser.post(address, form)
    assert first["Location"] == second["Location"] == page_of(Resolution.objects.get())


def test_a_page_that_shows_what_is_no_longer_so_says_so(programme, stuck, operator):
    browser, address = signed_in(operator), resolve_page(stuck)
    form = {**hidden_of(browser.get(address)), "verdict": "not_applied", "evidence": EVIDENCE}
    services.provider_says(programme, stuck.account, "inactive")
    answer = browser.post(address, form)
    assert "This changed since you opened the page." in text_of(answer)
    assert "The provider shows the effect now." in text_of(answer)
    assert EVIDENCE in answer.content.decode()
    # Sent again it is about what is so now.
    again = {**hidden_of(answer), "verdict": "succeeded", "evidence": EVIDENCE}
    assert browser.post(address, again).status_code == 302


def test_a_second_proposal_leads_to_the_first(proposal, stuck, approver):
    answer = signed_in(approver).get(resolve_page(stuck))
    assert answer["Location"] == resolution_page(proposal)


def test_a_second_proposal_sent_at_last_leads_to_the_first(stuck, operator, approver):
    browser, address = signed_in(approver), resolve_page(stuck)
    form = {**hidden_of(browser.get(address)), "verdict": "not_applied", "evidence": EVIDENCE}
    proposal = services.propose(stuck, "not_applied", operator)
    answer = browser.post(address, form, follow=True)
    assert "operator already proposed an end" in said(answer)[0]
    assert answer.request["PATH_INFO"] == page_of(proposal)


def test_a_proposal_that_comes_too_late_is_told(proposal, stuck, operator, approver):
    services.confirm(proposal, approver)
    form = {"verdict": "not_applied", "evidence": EVIDENCE}
    answer = signed_in(operator).post(resolve_page(stuck), form, follow=True)
    assert "does not wait for people any more" in said(answer)[0]


# What the second person sees.


def test_the_decider_sees_what_is_proposed_and_what_is_so_now(proposal, approver):
    text = text_of(signed_in(approver).get(resolution_page(proposal)))
    for told in (EVIDENCE, "operator", "It did not take effect", "Attempts at the provider"):
        assert told in text
    assert proposal.digest in hidden_of(signed_in(approver).get(resolution_page(proposal))).values()


def test_a_rejection_leaves_it_waiting(proposal, stuck, approver):
    answer = decide(approver, proposal, "reject", note="No such ticket")
    assert "Rejected: it still waits for two people." in said(answer)
    assert now(stuck).state == State.NEEDS_HUMAN
    assert "Propose how it ends" in text_of(answer)


def test_a_rejection_says_why(proposal, approver):
    assert "Say why you reject it" in text_of(decide(approver, proposal, "reject", note=" "))


def test_what_changed_since_cannot_be_confirmed(programme, proposal, stuck, approver):
    services.provider_says(programme, stuck.account, "inactive")
    page = text_of(signed_in(approver).get(resolution_page(proposal)))
    assert "has changed since it was proposed" in page
    assert "The provider shows the effect" in text_of(decide(approver, proposal, "confirm"))
    assert now(stuck).state == State.NEEDS_HUMAN


def test_what_the_fresh_look_shows_is_on_the_page_that_refuses(proposal, stuck, approver, sandbox):
    sandbox.world.change("account", str(stuck.account_id), "inactive")
    text = text_of(decide(approver, proposal, "confirm", note="Sure"))
    assert "The provider shows the effect: the account is inactive." in text
    assert "The provider shows the effect now." in text
    assert "has changed since it was proposed" in text


def test_a_provider_out_of_reach_is_said_and_the_note_kept(proposal, stuck, approver, settings):
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"
    answer = decide(approver, proposal, "confirm", note="Looks right")
    assert "The provider could not be read, so nothing was decided." in text_of(answer)
    assert "Looks right" in answer.content.decode()


def test_the_decider_looks_again_from_the_decision(proposal, stuck, approver, sandbox):
    sandbox.world.change("account", str(stuck.account_id), "inactive")
    answer = signed_in(approver).post(resolution_page(proposal, "look"), follow=True)
    assert said(answer) == ["The provider was read just now: The account is inactive."]
    assert answer.request["PATH_INFO"] == resolution_page(proposal)


@pytest.mark.parametrize("entries", [{}, {"decision": "maybe"}, {"decision": "confirm"}])
def test_a_form_without_its_parts_decides_nothing(proposal, approver, entries):
    answer = signed_in(approver).post(resolution_page(proposal), entries)
    assert "nothing was decided" in text_of(answer)
    assert Resolution.objects.get().state == "proposed"


def test_a_second_decision_comes_too_late(proposal, approver):
    services.confirm(proposal, person("ann"))
    form = {"digest": proposal.digest, "decision": "confirm"}
    answer = signed_in(approver).post(resolution_page(proposal), form, follow=True)
    assert "This proposal was decided already: confirmed." in said(answer)
    again = signed_in(approver).get(resolution_page(proposal), follow=True)
    assert "There is nothing to decide: confirmed." in said(again)


# H6: the proposer is told, and refused at the form.


def test_h06_ones_own_proposal_can_only_be_withdrawn(stuck, approver):
    own = services.propose(stuck, "not_applied", approver)
    text = text_of(signed_in(approver).get(resolution_page(own)))
    assert "You proposed this yourself, so you cannot decide it" in text
    assert "Your decision" not in text


def test_h06_the_form_refuses_the_proposer(stuck, approver):
    own = services.propose(stuck, "not_applied", approver)
    answer = signed_in(approver).post(
        resolution_page(own), {"decision": "confirm", "digest": own.digest}
    )
    assert (answer.status_code, now(stuck).state) == (403, State.NEEDS_HUMAN)
    assert "You cannot decide your own proposal" in text_of(answer)


def test_h06_the_form_refuses_the_proposers_other_login(stuck):
    own = services.propose(stuck, "not_applied", person("ann", email="ann@example.org"))
    other = person("ann-admin", email="Ann@Example.org")
    text = text_of(signed_in(other).get(resolution_page(own)))
    assert "You proposed this yourself" in text
    answer = signed_in(other).post(
        resolution_page(own), {"decision": "confirm", "digest": own.digest}
    )
    assert (answer.status_code, now(stuck).state) == (403, State.NEEDS_HUMAN)


def test_the_proposer_withdraws_through_the_page(proposal, stuck, operator):
    answer = signed_in(operator).post(resolution_page(proposal, "withdraw"), follow=True)
    assert "Withdrawn" in text_of(answer)
    assert signed_in(operator).get(resolve_page(stuck)).status_code == 200


def test_nobody_else_withdraws_it(proposal, approver):
    answer = signed_in(approver).post(resolution_page(proposal, "withdraw"))
    assert (answer.status_code, Resolution.objects.get().state) == (403, "proposed")


def test_a_withdrawal_that_comes_too_late_is_told(proposal, operator, approver):
    services.confirm(proposal, approver)
    answer = signed_in(operator).post(resolution_page(proposal, "withdraw"), follow=True)
    assert "This proposal was decided already: confirmed." in said(answer)


# Who may.


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_may_not_propose_is_refused_in_words(stuck, role, request):
    browser = signed_in(request.getfixturevalue(role))
    for answer in (browser.get(resolve_page(stuck)), browser.post(resolve_page(stuck), {})):
        assert answer.status_code == 403
        assert "You may not propose how this ends." in text_of(answer)


@pytest.mark.parametrize("role", ["viewer", "operator", "auditor"])
def test_who_may_not_decide_is_refused_in_words(proposal, role):
    browser = signed_in(person("colleague", role))
    for answer in (browser.get(resolution_page(proposal)), browser.post(resolution_page(proposal))):
        assert answer.status_code == 403
        assert "You may not confirm or reject proposals." in text_of(answer)


@pytest.mark.parametrize("name", ["look", "withdraw"])
def test_acts_are_not_links(proposal, approver, name):
    assert signed_in(approver).get(resolution_page(proposal, name)).status_code == 405


def test_a_viewer_may_not_have_the_provider_read(stuck, proposal, viewer, sandbox):
    for address in (resolve_page(stuck) + "look/", resolution_page(proposal, "look")):
        assert signed_in(viewer).post(address).status_code == 403


def test_an_unknown_proposal_is_not_found(approver, db):
    address = reverse("admin:accounts_app_resolution_decide", args=[999999])
    assert signed_in(approver).get(address).status_code == 404


# The proposal's own page.


def test_a_proposals_page_tells_who_what_and_why(proposal, approver):
    page = signed_in(approver).get(page_of(proposal))
    for told in ("It did not take effect", EVIDENCE, "operator", "Waiting for a second person"):
        assert told in text_of(page)
    assert resolution_page(proposal) in page.content.decode()


def test_a_decided_proposals_page_tells_who_agreed(proposal, approver, viewer):
    services.confirm(proposal, approver, note="Asked them as well")
    text = text_of(signed_in(viewer).get(page_of(proposal)))
    assert "approver" in text
    assert "Asked them as well" in text
    assert "Look at it and decide" not in text


def test_an_account_picked_is_told_with_the_proposal(programme, operator, approver):
    several = one_of_several(programme, operator)
    picked = made_by(programme, several)
    made = services.propose(several, "succeeded", operator, made_id=picked)
    for address in (page_of(made), resolution_page(made)):
        assert str(picked) in signed_in(approver).get(address).content.decode()
    assert Account.objects.filter(pk=picked).exists()
