"""The people of a running stack at their browsers: staff in the back-office, an owner's wallet."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.stack import Stack

SECONDS = 30_000  # in milliseconds, as the browser's driver counts
HEX_SIGNATURE = re.compile(r"0x[0-9a-f]{130}")


@dataclass
class Person:
    """Somebody of the staff, signed in, with one page open. Everything the console says is kept."""

    page: Page
    stack: Stack
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of the back-office."""
        self.page.goto(f"{self.stack.url}{path}")

    def click(self, name: str) -> None:
        """Follow the link of this name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        """Fill in the field of this label."""
        self.page.get_by_label(label, exact=False).fill(text)

    def text(self) -> str:
        """Return the words of the page."""
        return " ".join(self.page.inner_text("#content").split())

    def badge(self) -> Locator:
        """Return the state beside the page's title."""
        return self.page.locator("#content h1").first

    def ask(self, reason: str, button: str) -> None:
        """Give a reason and send the form."""
        self.page.locator("[name=reason]").fill(reason)
        self.press(button)

    def await_state(self, state: str) -> None:
        """Wait, without reloading, until the operation's page shows this state."""
        expect(self.page.locator(f"[data-state={state}]")).to_be_attached(timeout=SECONDS)

    def await_account(self, account: str, *words: str) -> None:
        """Reload the account's page until it has all these words: a webhook takes a moment."""
        for _ in range(60):
            self.open(f"/admin/accounts_app/account/{account}/change/")
            if all(word in self.text() for word in words):
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{words} not on the page: {self.text()}")


class Office:
    """Everybody's browser in one building."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser = browser
        self._stack = stack
        self._complaints: list[str] = []

    def sign_in(self, name: str) -> Person:
        """Open a browser of one's own and sign in."""
        page = self._page()
        person = Person(page, self._stack)
        person.open("/admin/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", self._stack.secret("demo_password"))
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        return person

    def sign_as_owner(self, challenge: str, wallet: str = "") -> str:
        """Sign a challenge on the sandbox's wallet page, as its owner or with another wallet."""
        page = self._page()
        page.goto(f"{self._stack.sandbox_url}/wallet")
        page.fill("#challenge", challenge)
        page.get_by_role("button", name="Read challenge").click()
        if wallet:
            page.select_option("#wallet", wallet)
        page.get_by_role("button", name="Sign", exact=True).click()
        signature = page.input_value("#signature")
        page.context.close()
        return signature

    def complaints(self) -> list[str]:
        """Return every error in any console so far."""
        return self._complaints

    def _page(self) -> Page:
        page = self._browser.new_context().new_page()
        page.set_default_timeout(SECONDS)
        page.on("console", lambda said: self._keep(said.type, said.text, page.url))
        page.on("pageerror", lambda error: self._keep("error", str(error), page.url))
        return page

    def _keep(self, kind: str, text: str, url: str) -> None:
        if kind in {"error", "warning"}:
            self._complaints.append(f"{url}: {text}")
