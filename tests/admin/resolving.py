"""Walking the pages on which two people end something, as a browser without scripts would."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse

from accounts_app.admin import words
from accounts_app.models import Resolution
from tests.admin.pages import hidden_of, signed_in

EVIDENCE = "OffBlocks support, ticket 4711, Jane Doe, 12 May 14:05: never executed."


def resolve_page(subject: Any) -> str:
    """Return the address of the page that proposes an end."""
    return reverse(f"admin:accounts_app_{subject._meta.model_name}_resolve", args=[subject.pk])


def page_of(subject: Any) -> str:
    """Return the address of its own page."""
    return words.address_of(subject)


def resolution_page(resolution: Resolution, name: str = "decide") -> str:
    """Return the address of a page about a proposal."""
    return reverse(f"admin:accounts_app_resolution_{name}", args=[resolution.pk])


def propose(person: User, subject: Any, verdict: str, **entries: Any) -> HttpResponse:
    """Open the page, fill it in, and send it; returns the answer to the form."""
    browser, address = signed_in(person), resolve_page(subject)
    form = hidden_of(browser.get(address))
    return browser.post(address, {**form, "verdict": verdict, "evidence": EVIDENCE, **entries})


def decide(person: User, resolution: Resolution, decision: str, **entries: Any) -> HttpResponse:
    """Open the decide page and send a decision from it."""
    browser, address = signed_in(person), resolution_page(resolution)
    form = hidden_of(browser.get(address))
    return browser.post(address, {**form, "decision": decision, **entries}, follow=True)


def look(person: User, address: str) -> HttpResponse:
    """Press the button that looks again at the provider."""
    return signed_in(person).post(address + "look/", follow=True)
