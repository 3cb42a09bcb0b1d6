"""Sentences that outlive whoever was there: said in English, read in the reader's language.

What services write into rows, audit entries and refusals is English, whoever asked. A page shows it
through `told`, which finds the sentence and its facts again in the catalogue of the language read:
there `say("Not sent: {why}", …)` stands under the context "told".
"""

import re
from functools import cache, lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, trans_real

CONTEXT = "told\x04"
# What people typed, and the provider's words for states: both are left as they are.
TYPED = {"evidence", "note", "person", "people", "status"}
# What is only ever one of our own names for things.
NAMES = {"the", "this"}
FACT = re.compile(r"\{(\w+)\}")
# Where what follows is read by itself, and the marks before which French has a space.
FRENCH_SPACE = ";:!?"
# As clock.told writes a time.
MOMENT = re.compile(r"(\d\d:\d\d UTC) on (\d\d) ([A-Z][a-z]+)")
END = re.compile(r"([.!?;:,”]) ")


def say(sentence: str, /, **facts: object) -> str:
    """Return the sentence with its facts, in English whatever language is being read."""
    if not facts:
        return sentence
    with translation.override(settings.LANGUAGE_CODE):
        return sentence.format(**facts)


def english(words: object) -> str:
    """Return words that are translated where they are shown, in English."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


def told(text: str) -> str:
    """Return what was said in the language being read; what is no sentence of ours stays."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return text if language == settings.LANGUAGE_CODE else _told(str(text), language)


@lru_cache(maxsize=4096)
def _told(text: str, language: str) -> str:
    moment = MOMENT.fullmatch(text)
    if moment:
        time, day, month = moment.groups()
        return gettext("%(time)s on %(day)s %(month)s") % {
            "time": time,
            "day": day,
            "month": gettext(month),
        }
    found = _known(text, language)
    if found is not None:
        return found
    # Several sentences, or one with more behind it: read from the longest beginning that is known.
    for end in reversed([*END.finditer(text)]):
        beginning, joint = text[: end.start()], end[1]
        found = _known(beginning, language) or _known(f"{beginning}{joint}", language)
        if found is not None:
            ended = found if found.endswith(joint) else f"{found}{_joint(joint, language)}"
            return f"{ended} {_told(text[end.end() :], language)}"
    return text


def _joint(mark: str, language: str) -> str:
    """Return a mark between two sentences, with the space that French keeps before it."""
    return f"\u00a0{mark}" if language.startswith("fr") and mark in FRENCH_SPACE else mark


def _known(text: str, language: str) -> str | None:
    """Return a sentence or a word of ours in the language; None for any other text."""
    word = _word(text)
    if word is not None:
        return word
    for pattern, translated in _sentences(language):
        found = pattern.fullmatch(text)
        if found and all(_word(value) for value in _named(found)):
            facts = {
                name: value if name in TYPED else _told(value, language)
                for name, value in found.groupdict().items()
            }
            return translated.format(**facts)
    return None


def _named(found: re.Match[str]) -> list[str]:
    """Return what has to be a name of ours: “The letter is not signed.” is no sentence of ours."""
    return [value for name, value in found.groupdict().items() if name in NAMES]


def _word(text: str) -> str | None:
    """Return what has no facts in it, with a capital where it had one."""
    if not text:
        return None
    small = text[0].lower() + text[1:]
    for told in (text, small):
        translated = gettext(told)
        if translated != told:
            return translated if told == text else translated[0].upper() + translated[1:]
    return None


@cache
def _sentences(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences of a language, those with the most words of their own first."""
    known = {
        msgid.removeprefix(CONTEXT): msgstr
        for msgid, msgstr in vars(trans_real.translation(language))["_catalog"].items()
        if isinstance(msgid, str) and msgid.startswith(CONTEXT) and msgstr
    }
    ordered = sorted(known, key=lambda msgid: len(FACT.sub("", msgid)), reverse=True)
    return [(_pattern(msgid), known[msgid]) for msgid in ordered]


def _pattern(msgid: str) -> re.Pattern[str]:
    parts = FACT.split(msgid)
    return re.compile(
        "".join(
            f"(?P<{part}>.+?)" if position % 2 else re.escape(part)
            for position, part in enumerate(parts)
        ),
        re.DOTALL,
    )
