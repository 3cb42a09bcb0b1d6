"""The catalogue of French is whole: every text of the program, nothing empty, the same facts."""

import gettext
import re
from collections import Counter

import pytest

from tools import catalogue, translations

PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+")


@pytest.fixture(scope="module")
def book():
    return catalogue.read(translations.CATALOGUE)


def test_the_catalogue_has_every_text_and_no_other(book):
    fresh = translations.collected()
    missing, gone = fresh.keys() - book.keys(), book.keys() - fresh.keys()
    assert (missing, gone) == (set(), set()), "python -m tools.translations brings it up to date"


def test_every_text_is_translated(book):
    assert [entry.msgid for entry in book.values() if not entry.is_translated] == []


def test_nothing_is_fuzzy():
    assert "fuzzy" not in translations.CATALOGUE.read_text()


def test_plurals_are_plurals_in_both(book):
    fresh = translations.collected()
    assert [key for key, entry in book.items() if entry.plural != fresh[key].plural] == []


def facts(text: str) -> Counter[str]:
    """Count what is put into a text, and the elements around its words."""
    return Counter(PLACE.findall(text)) + Counter(TAG.findall(text))


def test_translations_name_the_same_facts(book):
    assert [
        (entry.msgid, words)
        for entry in book.values()
        for words in entry.translations
        if facts(words) not in (facts(entry.msgid), facts(entry.plural))
    ] == []


def test_the_compiled_catalogue_is_of_these_texts(book):
    compiled = translations.CATALOGUE.with_suffix(".mo")
    assert compiled.read_bytes() == catalogue.compiled(book)


def test_the_compiled_catalogue_can_be_read(book):
    with translations.CATALOGUE.with_suffix(".mo").open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Sending is paused.") == "Les envois sont suspendus."
    assert french.ngettext("%(number)s difference", "%(number)s differences", 2).endswith("écarts")
    assert french.pgettext("told", "Not sent: {why}") == "Non envoyée\u00a0: {why}"


def test_a_written_catalogue_reads_the_same(tmp_path):
    entries = [
        catalogue.Entry('a "quoted"\nline\\', translations=["une ligne"], files={"a.py"}),
        catalogue.Entry("one", plural="many", translations=["un", "plusieurs"]),
        catalogue.Entry("word", context="told", translations=["mot"]),
    ]
    book = {entry.key: entry for entry in entries}
    path = tmp_path / "django.po"
    path.write_text(catalogue.written(book))
    again = catalogue.read(path)
    assert {key: entry.translations for key, entry in again.items()} == {
        key: entry.translations for key, entry in book.items()
    }


def test_french_dashes_and_marks_stand_with_their_words(book):
    loose = re.compile(r"« | »|\w [?!;](?:\s|$)|[\wé)] :(?:\s|$)")
    words = [text for entry in book.values() for text in entry.translations]
    assert [text for text in words if loose.search(text)] == []
