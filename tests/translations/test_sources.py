"""No Python file hands an untranslated text to a place where staff read it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts_app import errors

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path.relative_to(ROOT)
    for package in ("accounts_app", "backoffice")
    for path in (ROOT / package).rglob("*.py")
    if not {"migrations", "management"} & set(path.parts)
)
# Keyword arguments, and attributes of classes, whose text is shown; accounts_app.labels sees to
# what models and their columns are called.
SHOWN = {"description", "help_text", "label", "legend", "sentence"}
ATTRIBUTES = {"nothing", "search_help_text", "title"}
SPEAKERS = {"info", "success", "warning", "error"}
REFUSALS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.Refusal)
}
# What no person reads.
ELSEWHERE = {"accounts_app/services/privileges.py"}


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(_is_text(one) for one in node.values)
    is_string = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_string and bool(re.search(r"[A-Za-z]{2}", str(getattr(node, "value", ""))))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def untranslated(tree: ast.AST) -> Iterator[str]:
    """Yield every text of a file that is shown as it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Assign) and _is_text(node.value) and _is_shown(node):
            yield ast.unparse(node)


def _is_shown(statement: ast.Assign) -> bool:
    return bool({_name(target) for target in statement.targets} & ATTRIBUTES)


def _of_call(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in SHOWN and _is_text(keyword.value):
            yield ast.unparse(keyword.value)
    function = call.func
    is_message = (
        isinstance(function, ast.Attribute)
        and function.attr in SPEAKERS
        and _name(function.value) == "messages"
    )
    if is_message and _is_text(call.args[1]):
        yield ast.unparse(call.args[1])
    # A refusal's sentence is English and told in the reader's language: its facts are named.
    if _name(function) in REFUSALS and call.args and isinstance(call.args[0], ast.JoinedStr):
        yield ast.unparse(call.args[0])


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_every_text_is_translated(source):
    if str(source) not in ELSEWHERE:
        assert list(untranslated(ast.parse((ROOT / source).read_text()))) == []


@pytest.mark.parametrize(
    "source",
    [
        'admin.display(description="about")',
        'forms.CharField(label="Reason")',
        'messages.info(request, "Sending is paused.")',
        'raise WrongState(f"It is {status}.")',
        'class A:\n    nothing = "There are none."',
        'self.title = "when"',
    ],
)
def test_what_is_not_translated_is_found(source):
    assert len(list(untranslated(ast.parse(source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'admin.display(description=_("about"))',
        'messages.info(request, _("Sending is paused."))',
        'raise WrongState("It is too late.")',
        'raise WrongState(say("It is {status}.", status=status))',
    ],
)
def test_what_is_translated_is_not(source):
    assert list(untranslated(ast.parse(source))) == []
