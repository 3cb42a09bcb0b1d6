"""What a template would show without translating it: text between tags and in attributes."""

import re
from html.parser import HTMLParser

TOKEN = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
READ_ALOUD = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
ENDED_BY = {"blocktranslate": "endblocktranslate", "comment": "endcomment"}
# Names and units that are the same in every language.
SAME = re.compile(r"(\| )?OffBlocks back-office|(: , )?UTC|\(HTTP \)|HTTP")


def untranslated(source: str) -> list[str]:
    """Return the texts of a template that no translate tag covers."""
    finder = _Finder()
    finder.feed(_without_tokens(source))
    finder.close()
    return [text for text in finder.found if not SAME.fullmatch(text)]


def _without_tokens(source: str) -> str:
    """Leave only what the template writes as it stands; a tag may stand inside another's words."""
    kept, until = [], ""
    for part in TOKEN.split(source):
        name = part[2:-2].split()[0] if part.startswith("{%") else ""
        if until:
            until = "" if name == until else until
        elif name:
            until = ENDED_BY.get(name, "")
            # Attributes and elements that a condition chooses are no text.
            kept.append("")
        elif not part.startswith(("{{", "{#")):
            kept.append(part)
    return "".join(kept)


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        named = dict(attrs)
        is_button = tag == "input" and named.get("type") in ("submit", "button")
        for name, value in attrs:
            is_read = name in READ_ALOUD or (name == "value" and is_button)
            is_said = name.startswith("data-") and " " in (value or "").strip()
            if is_read or is_said:
                self._keep(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._keep(data)

    def _keep(self, text: str) -> None:
        words = " ".join(text.split())
        if re.search(r"[A-Za-z]{2}", words):
            self.found.append(words)
