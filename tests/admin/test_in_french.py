"""Every page in French: no English words of ours are left on it, and it stays in its bounds."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.looks import measure, troubles
from tests.admin.pages import signed_in
from tools import catalogue, translations

READ_ALOUD = ("aria-label", "placeholder", "title")
VERBATIM = {"script", "style", "pre", "code"}
# Words of the provider, a verb that is the same in both, and what Django's own log called a pause
# as it was made.
KEPT = {"active", "inactive", "closed", "Paused by hand", "proposer", "virtual", "physical"}


class _Words(HTMLParser):
    """Collects the texts that a page shows or has read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._verbatim: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VERBATIM:
            self._verbatim.append(tag)
        self.found += [value or "" for name, value in attrs if name in READ_ALOUD]

    def handle_endtag(self, tag: str) -> None:
        if self._verbatim and self._verbatim[-1] == tag:
            self._verbatim.pop()

    def handle_data(self, data: str) -> None:
        if not self._verbatim:
            self.found.append(data)


@pytest.fixture(scope="module")
def english() -> tuple[set[str], list[str]]:
    """Return the texts of ours that read otherwise in French: all, and the longer ones."""
    book = catalogue.read(translations.CATALOGUE).values()
    french = {words for entry in book for words in entry.translations}
    texts = {entry.msgid for entry in book if entry.msgid not in entry.translations}
    texts -= {text for text in texts if text in french} | KEPT
    plain = [text for text in texts if not re.search(r"[%{<]", text)]
    return set(plain), [text for text in plain if len(text.split()) > 2]


def english_on(page: str, texts: set[str], longer: list[str]) -> set[str]:
    """Return the English texts of ours that a page shows."""
    reader = _Words()
    reader.feed(page)
    found = set()
    for words in {" ".join(one.split()) for one in reader.found}:
        small = words[:1].lower() + words[1:]
        found |= {one for one in (words, small, words.strip(" .:,·")) if one in texts}
        if '": "' not in words:  # what was recorded, word for word
            found |= {one for one in longer if one in words}
    return found


def in_french(client: Client) -> Client:
    """Choose French for a browser."""
    client.cookies["language"] = "fr"
    return client


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox")
def test_no_english_is_left(office, all_roles, english):
    texts, longer = english
    client = in_french(signed_in(all_roles))
    left = {}
    for address in office.pages():
        answer = client.get(address)
        assert answer.status_code == 200, address
        found = english_on(answer.content.decode(), texts, longer)
        if found:
            left[address] = found
    assert left == {}


def test_english_would_be_found(english):
    page = '<p>Sending is paused.</p><a title="Your sign-in">x</a><pre>Sending is paused.</pre>'
    assert english_on(page, *english) == {"Sending is paused.", "Your sign-in"}


@pytest.mark.looks
@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("sandbox")
def test_every_page_stays_in_its_bounds(open_context, live_server, office, all_roles):
    def open_in_french(**options):
        context = open_context(**options)
        cookie = {"name": "language", "value": "fr", "url": live_server.url}
        context.add_cookies([cookie])
        return context

    pages = [(all_roles, page) for page in office.pages()]
    visits = [(None, reverse("account_login")), *pages]
    assert troubles(open_in_french, live_server.url, visits[1:], measure) == []
    assert troubles(open_in_french, live_server.url, visits[:2]) == []
