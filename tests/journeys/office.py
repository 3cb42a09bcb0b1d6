"""The people of a running stack at their browsers: staff in the back-office, owners of wallets."""

from playwright.sync_api import Page, expect

from tests.browser import OpenContext, watch
from tests.journeys.stack import Stack

PATIENCE = 30_000
"""Milliseconds until something must have appeared."""


class Person:
    """Somebody of the staff with one page open."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        self._stack = stack

    def open(self, path: str) -> None:
        """Go to a page of the back-office."""
        answer = self.page.goto(f"{self._stack.url}/admin/{path}")
        assert answer is not None
        assert answer.status == 200, path

    def click(self, name: str) -> None:
        """Follow the link of this name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def reads(self, *sentences: str) -> None:
        """Wait until the page says all of these."""
        for sentence in sentences:
            expect(self.page.locator("#content")).to_contain_text(sentence, timeout=PATIENCE)

    def text(self) -> str:
        """Return what the page says now."""
        return " ".join(self.page.inner_text("#content").split())

    def open_account(self, account: str) -> None:
        """Go to an account's page."""
        self.open(f"accounts_app/account/{account}/change/")

    def ask(self, button: str, reason: str, **entries: str) -> str:
        """Fill in the ask page and send it; return the address of the operation's page."""
        for name, text in {"reason": reason, **entries}.items():
            self.page.fill(f"[name={name}]", text)
        self.press(button)
        self.page.wait_for_url("**/operation/**")
        return self.page.url.partition("/admin/")[2]

    def sees_operation(self, state: str) -> None:
        """Wait, on the operation's page and without reloading it, until it is in this state."""
        part = self.page.locator(f"[data-progress][data-state={state}], [data-state={state}]")
        expect(part.first).to_be_attached(timeout=PATIENCE)

    def sees_account(self, account: str, status: str, *cards: str) -> None:
        """Look at the account again and again until it and its cards have these states."""
        for _ in range(60):
            self.open_account(account)
            if self._states() == [status, *cards]:
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"It stays {self._states()}.")

    def _states(self) -> list[str]:
        """Return the state in the page's title, and those in its table of cards."""
        cards = self.page.locator("[aria-label=Cards] tbody tr td:nth-of-type(3)")
        texts = [self.page.inner_text("#content h1"), *cards.all_inner_texts()]
        return [text.split()[-1] for text in texts]


class Office:
    """The staff, and the owners they serve; each has a browser of their own."""

    def __init__(self, stack: Stack, open_context: OpenContext) -> None:
        self.stack = stack
        self._open_context = open_context
        self._consoles: list[list[str]] = []

    def sign_in(self, name: str) -> Person:
        """Let somebody in through the sign-in page."""
        person = Person(self._page(), self.stack)
        person.open("")
        person.page.fill("[name=login]", name)
        person.page.fill("[name=password]", self.stack.secret("demo_password"))
        person.press("Log in")
        expect(person.page.get_by_role("button", name="Log out")).to_be_visible()
        return person

    def sign(self, challenge: str, wallet: str = "") -> str:
        """Sign on the sandbox's wallet page, as the challenge's owner or with another wallet."""
        page = self._page()
        page.goto(f"{self.stack.sandbox_url}/wallet")
        page.fill("#challenge", challenge)
        page.click("text=Read challenge")
        if wallet:
            page.select_option("#wallet", wallet)
        page.get_by_role("button", name="Sign", exact=True).click()
        signature = page.input_value("#signature")
        page.close()
        return signature

    @property
    def complaints(self) -> list[str]:
        """Everything any console complained about so far."""
        return [complaint for console in self._consoles for complaint in console]

    def _page(self) -> Page:
        page = self._open_context().new_page()
        page.set_default_timeout(PATIENCE)
        self._consoles.append(watch(page))
        return page
