"""No template shows a text that is not translated, nor a sentence glued of parts."""

import re
from pathlib import Path

import pytest

from tests.translations.visible import untranslated

ROOT = Path(__file__).resolve().parents[2] / "templates"
# The evidence pack is English whoever takes it: the same data give the same pack.
IN_ENGLISH = {"admin/accounts_app/evidence/readme.txt"}
# Conditions choose a tag or a class there, in the middle of an element.
PIECES = {
    "admin/base_site.html": ['h1div id="site-name">', 'h1div id="site-name">h1div>'],
    "admin/index.html": ["dashboard"],
    "admin/accounts_app/past.html": ["past"],
    "sign_in/entrance.html": ["login"],
}
TEMPLATES = sorted(
    str(path.relative_to(ROOT)) for path in ROOT.rglob("*.*") if path.suffix in (".html", ".txt")
)
BLOCK = re.compile(r"{% blocktranslate.*?%}(.*?){% endblocktranslate %}", re.DOTALL)
WORDS = re.compile(r"""{% translate ("[^"]*"|'[^']*')""")


@pytest.mark.parametrize("name", [one for one in TEMPLATES if one not in IN_ENGLISH])
def test_every_text_is_translated(name):
    found = untranslated((ROOT / name).read_text())
    assert [text for text in found if text not in PIECES.get(name, [])] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_is_a_torn_off_end(name):
    source = (ROOT / name).read_text()
    texts = [
        match[1].strip("\"' \n") for match in (*BLOCK.finditer(source), *WORDS.finditer(source))
    ]
    assert [text for text in texts if text[:1] in {",", ".", ";", ":", ")", "\u203a"}] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{% translate "Hello there" %}</p>', []),
        ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>", []),
        ("<p>{{ name }} says {{ what }}</p>", ["says"]),
        ('<input title="Your name">', ["Your name"]),
        ("<input title=\"{% translate 'Your name' %}\">", []),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<p data-lost="It is gone now">', ["It is gone now"]),
        ("{# A remark #}{% comment %}Another{% endcomment %}", []),
        ("<script>const words = 'never shown';</script>", []),
    ],
)
def test_what_is_not_translated_is_found(source, found):
    assert untranslated(source) == found
