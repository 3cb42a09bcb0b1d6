"""Brings the catalogue of French up to date: `python -m tools.translations` from the project.

It collects every text that is translated, keeps what is translated already, leaves what is new
empty, drops what is gone, and compiles the result. It needs no gettext on the machine.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from tools.catalogue import Entry, compiled, read, written

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
# What is kept in English and put into the reader's language when it is shown.
KEPT = {"say"}
TOLD = "told"
FACT = re.compile(r"\{\w+\}")
SENTENCE = re.compile(r"[A-Z][^\n]* [^\n]*\.(?: |$)?")
ARGUMENT = re.compile(r"""_\(("[^"]*"|'[^']*')\)""")
Key = tuple[str, str]


def collected() -> dict[Key, Entry]:
    """Return every text of templates, Python files and models."""
    found: dict[Key, Entry] = {}
    for entry in (*_of_templates(), *_of_sources(), *_of_models()):
        known = found.setdefault(entry.key, entry)
        known.files |= entry.files
        known.plural = known.plural or entry.plural
    return found


def _of_templates() -> Iterator[Entry]:
    from django.template import engines  # noqa: PLC0415 -- after django.setup()
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode  # noqa: PLC0415

    for path in sorted((ROOT / "templates").rglob("*.*")):
        name = str(path.relative_to(ROOT))
        template: Any = engines["django"].from_string(path.read_text())
        nodes = template.template.nodelist
        for node in nodes.get_nodes_by_type(TranslateNode):
            literal = node.filter_expression.var
            text = literal.literal if hasattr(literal, "literal") else literal
            if isinstance(text, str) and literal.lookups is None:
                yield Entry(text, files={name})
        for node in nodes.get_nodes_by_type(BlockTranslateNode):
            yield _of_block(node, name)
        for match in ARGUMENT.finditer(path.read_text()):
            yield Entry(ast.literal_eval(match[1]), files={name})


def _of_block(node: Any, name: str) -> Entry:
    singular, _ = node.render_token_list(node.singular)
    plural = node.render_token_list(node.plural)[0] if node.plural else ""
    if node.trimmed:
        singular, plural = _trimmed(singular), _trimmed(plural)
    return Entry(singular, plural=plural, files={name})


def _trimmed(text: str) -> str:
    from django.utils.translation import trim_whitespace  # noqa: PLC0415 -- after django.setup()

    return str(trim_whitespace(text))


def _of_sources() -> Iterator[Entry]:
    refusals = _refusals()
    for package in ("accounts_app", "backoffice"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = str(path.relative_to(ROOT))
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.Call):
                        yield from _of_call(node, name, refusals)
                        if "offblocks" in path.parts:
                            yield from _of_client(node, name)


def _refusals() -> set[str]:
    """Return the names of the classes whose message staff read."""
    from accounts_app import errors  # noqa: PLC0415 -- after django.setup()
    from accounts_app.offblocks import errors as provider_errors  # noqa: PLC0415

    named = {**vars(provider_errors), **vars(errors)}
    return {name for name, one in named.items() if isinstance(one, type)}


def _of_call(node: ast.Call, file: str, refusals: set[str]) -> Iterator[Entry]:
    function = node.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    texts: list[str] = [
        one.value
        for one in node.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    if not texts or not isinstance(node.args[0], ast.Constant):
        return
    if name in PLURAL:
        yield Entry(texts[0], plural=texts[1], files={file})
    elif name in KEPT and FACT.search(texts[0]):
        yield Entry(texts[0], context=TOLD, files={file})
    elif name in SINGLE | KEPT | refusals:
        yield Entry(texts[0], files={file})


def _of_client(node: ast.Call, file: str) -> Iterator[Entry]:
    """Yield the sentences of the client's errors, which know no Django: a capital, a full stop."""
    for one in node.args:
        text = ""
        if isinstance(one, ast.JoinedStr):
            text = "".join(_part(value) for value in one.values)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            text = one.value
        if SENTENCE.fullmatch(text):
            yield Entry(text, context=TOLD if FACT.search(text) else "", files={file})


def _part(one: ast.expr) -> str:
    if isinstance(one, ast.FormattedValue):
        name = ast.unparse(one.value).rpartition(".")[2]
        return f"{{{re.sub(r'[^a-z]', '', name)}}}"
    return str(ast.literal_eval(one))


def _of_models() -> Iterator[Entry]:
    """Yield what models and their fields are called."""
    from django.apps import apps  # noqa: PLC0415 -- after django.setup()

    from accounts_app.labels import words_of  # noqa: PLC0415 -- after django.setup()

    for model in apps.get_app_config("accounts_app").get_models():
        for text in words_of(model):
            yield Entry(
                text, files={f"accounts_app/models/{model.__module__.rpartition('.')[2]}.py"}
            )


def renewed() -> dict[Key, Entry]:
    """Return the catalogue as it should be: all texts, with the translations there are."""
    known = read(CATALOGUE) if CATALOGUE.exists() else {}
    fresh = collected()
    for key, entry in fresh.items():
        if key in known and bool(known[key].plural) == bool(entry.plural):
            entry.translations = known[key].translations
    return fresh


def main() -> int:
    """Write both files; name what is not translated yet. Exit with 1 while anything is not."""
    entries = renewed()
    CATALOGUE.write_text(written(entries))
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(entries))
    missing = [entry for entry in entries.values() if not entry.is_translated]
    for entry in missing:
        sys.stdout.write(f"not translated: {entry.msgid!r} ({', '.join(sorted(entry.files))})\n")
    return 1 if missing else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    sys.exit(main())
