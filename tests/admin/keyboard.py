"""Walks pages by keys alone, as somebody does who has no mouse; the focus is seen at every stop."""

from typing import Any

from playwright.sync_api import Page

FARTHEST = 160
"""Stops after which nobody goes on looking."""

# Before a key moves the focus, how everything looks without it is noted; then what has it is held
# against that. What the browser itself focuses on loading was never seen without.
WATCH = """
(() => {
    const STOPS = 'a[href], area, button, input, select, textarea, summary, iframe, [tabindex]';
    const plain = new WeakMap();
    const look = (one) => {
        const style = getComputedStyle(one);
        const isDrawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
        return `${isDrawn ? style.outline : ''}|${style.boxShadow}`;
    };
    const isShown = (one) => one.checkVisibility({ visibilityProperty: true });
    // Of choices that go together the chosen one is the stop, or the first.
    function isStop(one) {
        if (one.tabIndex < 0 || one.disabled || one.type === 'hidden' || !isShown(one)) {
            return false;
        }
        if (one.type !== 'radio') {
            return true;
        }
        const group = [...document.querySelectorAll(`input[type=radio][name="${one.name}"]`)];
        return one === (group.find((each) => each.checked) ?? group[0]);
    }
    window.keyboard = {
        stops: () => [...document.querySelectorAll(STOPS)].filter(isStop),
        note() {
            for (const one of document.querySelectorAll(STOPS)) {
                if (one !== document.activeElement && !plain.has(one)) {
                    plain.set(one, look(one));
                }
            }
        },
        stop() {
            const one = document.activeElement;
            if (!one || one === document.body) {
                return null;
            }
            const box = one.getBoundingClientRect();
            return {
                name: one.outerHTML.slice(0, 160),
                isSeen: look(one) !== (plain.get(one) ?? '|none'),
                isInView: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
                    && box.top < innerHeight && box.left < innerWidth,
                place: window.keyboard.stops().indexOf(one),
            };
        },
    };
    document.addEventListener('keydown', () => window.keyboard.note(), true);
})();
"""


class Keyboard:
    """Somebody's hands on the keys of one page; they know no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(WATCH)

    def press(self, key: str, times: int = 1) -> None:
        """Press a key; wherever it leads on this page is seen."""
        for _ in range(times):
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def tab(self, key: str = "Tab") -> dict[str, Any] | None:
        """Go one stop on, and return it; None where the page ends. It has to be seen."""
        self.page.keyboard.press(key)
        stop: dict[str, Any] | None = self.page.evaluate("window.keyboard.stop()")
        if stop:
            assert stop["isSeen"], f"nobody sees that it has the focus: {stop['name']}"
            assert stop["isInView"], f"out of sight: {stop['name']}"
        return stop

    def to(self, selector: str, key: str = "Tab") -> None:
        """Go from stop to stop until this has the focus."""
        wanted = self.page.locator(selector).first
        wanted.wait_for()
        for _ in range(FARTHEST):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.tab(key)
        raise AssertionError(f"no way to {selector}")

    def fill(self, selector: str, text: str) -> None:
        """Go to a field and type."""
        self.to(selector)
        self.press("Control+a")
        self.type(text)

    def tick(self, selector: str) -> None:
        """Go to a box and tick it."""
        self.to(selector)
        self.press("Space")
        assert self.page.locator(selector).first.is_checked()

    def choose(self, selector: str, label: str) -> None:
        """Go to a list of choices and type the beginning of one."""
        self.to(selector)
        self.type(label)
        chosen = self.page.locator(selector).first.evaluate("one => one.selectedOptions[0].text")
        assert chosen.strip().startswith(label)

    def open(self, selector: str, key: str = "Enter") -> None:
        """Go to a link or a button that leads to another page, and follow it."""
        self.to(selector)
        with self.page.expect_navigation():
            self.press(key)

    def find(self, text: str, option: str) -> None:
        """Open the palette, type, and go to the option that says this."""
        self.press("Control+k")
        self.page.wait_for_selector("#palette[open]")
        self.type(text)
        self.page.wait_for_selector(f"#palette [role=option]:has-text({option!r})")
        words = self.page.locator(".palette__words")
        for _ in range(FARTHEST):
            chosen = words.get_attribute("aria-activedescendant")
            if chosen and option in (self.page.text_content(f"#{chosen}") or ""):
                break
            self.press("ArrowDown")
        with self.page.expect_navigation():
            self.press("Enter")

    def says(self, sentence: str) -> None:
        """Wait until the page says this."""
        self.page.wait_for_selector(f"text={sentence}")

    def go_round(self) -> None:
        """Go through the whole page: every stop comes once, in its order, and nothing traps."""
        number = self.page.evaluate(
            "() => { const all = window.keyboard.stops(); window.keyboard.note(); "
            "all[0].focus(); return all.length; }"
        )
        assert self._places("Tab", last=number - 1) == list(range(1, number))
        after = self.tab()
        assert after is None or after["place"] <= 0, f"the page ends in a trap: {after}"

    def _places(self, key: str, last: int) -> list[int]:
        """Go on until the last stop; a date is several stops, and what scrolls is one as well."""
        places: list[int] = []
        for _ in range(2 * last + 20):
            if last in {0, *places}:
                break
            stop = self.tab(key)
            if stop and stop["place"] >= 0 and stop["place"] not in places:
                places.append(stop["place"])
        return places
