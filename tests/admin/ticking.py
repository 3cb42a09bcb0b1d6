"""Ticking rows in a list, and filling in the page that asks about all of them."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts_app.models import Batch, Mirrored
from tests.admin.conftest import address
from tests.admin.pages import signed_in


class _Form(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.entries: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.entries.setdefault(found["name"] or "", []).append(found.get("value") or "")


def tick(
    browser: Client, rows: Iterable[Mirrored], kind: str = "deactivate", query: str = ""
) -> HttpResponse:
    """Tick rows in their list, choose the action, and return the page it leads to."""
    rows = list(rows)
    action = "refresh_selected" if kind == "refresh" else "deactivate_selected"
    ticked = {"action": action, "_selected_action": [str(row.pk) for row in rows], "index": "0"}
    return browser.post(address(type(rows[0]), "changelist") + query, ticked, follow=True)


def filled_in(page: HttpResponse, **entries: Any) -> dict[str, Any]:
    """Return the page's form as it would be sent."""
    hidden = _Form(page.content.decode()).entries
    hidden.pop("csrfmiddlewaretoken", None)
    return {**hidden, "reason": "Pattern 17", **entries}


def send(browser: Client, page: HttpResponse, **entries: Any) -> HttpResponse:
    """Send the page's form and follow where it leads."""
    return browser.post(page.wsgi_request.path, filled_in(page, **entries), follow=True)


def asked_for(
    person: Any, rows: Iterable[Mirrored], kind: str = "deactivate", **entries: Any
) -> Batch:
    """Ask about these rows through the pages; returns the batch."""
    browser = signed_in(person)
    send(browser, tick(browser, rows, kind), **entries)
    return Batch.objects.latest("pk")
