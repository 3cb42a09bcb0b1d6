"""No question that an address may ask of a list tells somebody what is masked for them."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import BinaryField, CharField, Field, JSONField, Model, TextField
from django.test import RequestFactory

from accounts_app import rights
from accounts_app.services import unmasking
from tests.permissions.who import may, person
from tests.permissions.world import EXTERNAL, UNBORN, WALLET, build

pytestmark = [pytest.mark.django_db, pytest.mark.permissions]
PIECES = (EXTERNAL[:10], UNBORN[:10], WALLET[-40:-20])
TEXTS = (CharField, TextField, JSONField, BinaryField)
MASKED = [role for role in rights.ROLES if not may(role, unmasking.RIGHT)]


@pytest.mark.parametrize("who", MASKED)
def test_no_list_is_narrowed_by_what_is_masked(who):
    build()
    request = RequestFactory().get("/")
    request.user = person(who)
    told = [
        f"{model.__name__}.{name}"
        for model, page in admin.site._registry.items()
        for name in _columns(model)
        if page.lookup_allowed(name, "x", request) and _holds(model, name)
    ]
    assert told == []


@pytest.mark.parametrize("look", ["contains", "startswith", "regex", "iexact", "range", "date"])
def test_a_list_is_asked_for_no_pattern(look):
    request = RequestFactory().get("/")
    request.user = person(rights.AUDITOR)
    for page in admin.site._registry.values():
        assert not page.lookup_allowed(f"pk__{look}", "x", request)


def _holds(model: type[Model], name: str) -> bool:
    """Whether a column holds a piece of what is masked, somewhere in the world."""
    found = model._base_manager.values_list(name, flat=True)
    return any(piece in str(value) for value in found for piece in PIECES)


def _columns(model: type[Model]) -> Iterator[str]:
    """Yield the columns of text, also those of the rows that a row leads to."""
    for column in model._meta.fields:
        if isinstance(column, TEXTS):
            yield column.name
        elif column.related_model:
            yield from (f"{column.name}__{name}" for name in _texts(column.related_model))


def _texts(model: type[Model]) -> list[str]:
    fields: list[Field] = list(model._meta.fields)
    return [one.name for one in fields if isinstance(one, TEXTS)]
