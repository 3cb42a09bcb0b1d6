"""Does a task in a browser and counts what it takes: every click, entry and key, every page."""

from playwright.sync_api import Page


class Hands:
    """Somebody at a page. `interactions` counts what they do, `loads` the pages they wait for.

    Typing or pasting into one field is one interaction, as a click is, or Enter.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0
        self.loads = 0
        page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def click(self, selector: str) -> None:
        """Click something."""
        self.interactions += 1
        self.page.click(selector)

    def enter(self, selector: str, text: str) -> None:
        """Type or paste into a field."""
        self.interactions += 1
        self.page.fill(selector, text)

    def press(self, key: str) -> None:
        """Press a key, or some at once."""
        self.interactions += 1
        self.page.keyboard.press(key)

    def sees(self, sentence: str) -> None:
        """Wait until the page says this."""
        self.page.wait_for_selector(f"text={sentence}")
