"""Every act of the audit is named by the pages, in both languages."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts_app.admin import acts, story
from accounts_app.models import Batch, Operation, Reconciliation, Resolution, SubscriptionChange
from accounts_app.services.catalogue import KINDS

SOURCES = Path(settings.BASE_DIR) / "accounts_app"
# Codes that are put together where they are recorded, by what they may become.
COMPOSED = {
    *(f"batch.{kind}" for kind in Batch.Kind),
    *(
        f"comparison.{state}"
        for state in Reconciliation.State
        if state not in {"waiting", "running"}
    ),
    *(f"resolution.{state}" for state in Resolution.State),
    *(
        f"subscription.{kind}_{step}"
        for kind in SubscriptionChange.Kind
        for step in ("requested", *SubscriptionChange.Result)
    ),
}


def recorded():
    """Yield every code that is recorded as it stands."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "action":
                value = node.value
                if isinstance(value, ast.Constant) and "store" not in str(value.value):
                    yield value.value


def test_every_act_is_named():
    codes = {*recorded(), *COMPOSED}
    assert len(codes) > 30
    assert sorted(codes - acts.ACTS.keys()) == []


@pytest.mark.parametrize("code", sorted(acts.ACTS))
def test_an_act_is_called_otherwise_in_french(code):
    english = story.act(code)
    with translation.override("fr"):
        assert story.act(code) != english


def test_a_step_of_an_operation_has_the_languages_own_colon():
    code = f"close.{Operation.State.REJECTED}"
    assert story.act(code) == f"{KINDS['close'].label}: rejected"
    with translation.override("fr"):
        assert story.act(code) == "Clôturer définitivement\u00a0: rejetée"
