"""Looks at pages in a real browser as people do: in the light, in the dark, on a phone.

A page is loaded once and looked at three ways: what differs between the looks is style alone.
"""

from collections.abc import Callable, Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.browser import OpenContext, sign_in, watch

DESK = {"width": 1300, "height": 850}
PHONE = {"width": 390, "height": 844}
LOOKS = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE},
}
Look = Callable[[Page, str, list[str]], list[Any]]
AXE = Axe()
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Without it the audio and video of a page would be loaded; there is none.
OPTIONS: dict[str, Any] = {"preload": False, "reporter": "no-passes"}
# All that another colour scheme can change.
CONTRAST: dict[str, Any] = {**OPTIONS, "runOnly": ["color-contrast", "link-in-text-block"]}


def barriers(page: Page, options: dict[str, Any] = OPTIONS) -> list[tuple[str, str]]:
    """Return what axe finds wrong, of any severity: the rule and the first place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


def excess(page: Page) -> list[str]:
    """Return how much wider than the window the page is, if it is."""
    pixels = page.evaluate(TOO_WIDE)
    return [f"{pixels} pixels too wide"] if pixels > 0 else []


def look_at(page: Page, address: str, complaints: list[str]) -> list[Any]:
    """Open an address and return all that is wrong with it, in any look."""
    found: list[Any] = [*_opened(page, address, complaints), *barriers(page), *excess(page)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [("dark", *barrier) for barrier in barriers(page, CONTRAST)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    found += [("phone", *barrier) for barrier in barriers(page)]
    found += [f"phone: {words}" for words in excess(page)]
    page.set_viewport_size(DESK)
    return [*found, *complaints]


def measure(page: Page, address: str, complaints: list[str]) -> list[Any]:
    """Open an address and return what longer words can do to it: it grows out of its bounds."""
    found = [*_opened(page, address, complaints), *excess(page)]
    page.set_viewport_size(PHONE)
    found += [f"phone: {words}" for words in excess(page)]
    page.set_viewport_size(DESK)
    return [*found, *complaints]


def _opened(page: Page, address: str, complaints: list[str]) -> list[str]:
    complaints.clear()
    answer = page.goto(address)
    assert answer is not None
    return [] if answer.ok else [f"status {answer.status}"]


def troubles(
    open_context: OpenContext,
    url: str,
    visits: Iterable[tuple[User | None, str]],
    look: Look = look_at,
) -> list[tuple[str, list[Any]]]:
    """Visit addresses, each as somebody, and return those at which anything is wrong, and what."""
    pages: dict[int | None, tuple[Page, list[str]]] = {}
    found = []
    for person, address in visits:
        key = person.pk if person else None
        if key not in pages:
            pages[key] = _page_for(open_context, url, person)
        page, complaints = pages[key]
        if wrong := look(page, url + address, complaints):
            found.append((address, wrong))
    return found


def _page_for(open_context: OpenContext, url: str, person: User | None) -> tuple[Page, list[str]]:
    context = open_context(viewport=DESK, color_scheme="light", reduced_motion="reduce")
    if person:
        sign_in(context, url, person)
    page = context.new_page()
    return page, watch(page)
