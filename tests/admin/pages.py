"""Reading pages and filling in their forms, as a browser without scripts would."""

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts_app.models import Operation
from accounts_app.services.catalogue import KINDS, Target


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("type") == "hidden":
            self.hidden.append((attributes["name"] or "", attributes.get("value") or ""))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def text_of(response: HttpResponse | str) -> str:
    """Return a page's words, each run of white space as one blank."""
    html = response if isinstance(response, str) else response.content.decode()
    return " ".join(" ".join(_read(html).words).split())


def hidden_of(response: HttpResponse) -> dict[str, Any]:
    """Return the hidden entries of a page's forms; those that occur several times as a list."""
    entries: dict[str, Any] = {}
    for name, value in _read(response.content.decode()).hidden:
        if name in entries and name == "_selected_action":
            entries[name] = [*entries[name], value]
        else:
            entries[name] = [value] if name == "_selected_action" else value
    entries.pop("csrfmiddlewaretoken", None)
    return entries


def signed_in(person: User) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def ask_address(target: Target, kind: str) -> str:
    """Return the address of a kind's ask page."""
    if KINDS[kind].begins:
        return reverse(f"admin:accounts_app_{target.KIND}_ask_new", args=[kind])
    return reverse(f"admin:accounts_app_{target.KIND}_ask", args=[target.pk, kind])


def fill_in(client: Client, address: str, **entries: Any) -> dict[str, Any]:
    """Open a page and return its form as it would be sent with these entries."""
    return {**hidden_of(client.get(address)), "reason": "The customer asked for it", **entries}


def ask(person: User, target: Target, kind: str, **entries: Any) -> HttpResponse:
    """Ask for an operation through its page; returns the answer to the form."""
    client, address = signed_in(person), ask_address(target, kind)
    return client.post(address, fill_in(client, address, **entries))


def page_of(operation: Operation, name: str = "change") -> str:
    """Return the address of an operation's page."""
    return reverse(f"admin:accounts_app_operation_{name}", args=[operation.pk])
