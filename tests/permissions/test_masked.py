"""No filter, search or order tells somebody what is masked for them."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import BinaryField, CharField, Field, JSONField, Model, TextField
from django.test import Client
from django.urls import reverse

from accounts_app import rights
from accounts_app.services import unmasking
from tests.admin.pages import signed_in
from tests.permissions.table import LISTED
from tests.permissions.who import may, person
from tests.permissions.world import EXTERNAL, UNBORN, WALLET, build

pytestmark = [pytest.mark.django_db, pytest.mark.permissions]
PIECES = (EXTERNAL[:10], UNBORN[:10], WALLET[-40:-20])
TEXTS = (CharField, TextField, JSONField, BinaryField)
MASKED = [role for role in rights.ROLES if not may(role, unmasking.RIGHT)]


@pytest.mark.parametrize("who", MASKED)
def test_no_list_is_narrowed_by_what_is_masked(who):
    build()
    client, told = signed_in(person(who)), []
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        if may(who, LISTED[label][0]):
            told += _told(client, model, reverse(f"admin:{label}_changelist"))
    assert told == []


def _told(client: Client, model: type[Model], page: str) -> Iterator[str]:
    """Yield the questions to which a list answered with a row."""
    for name in _columns(model):
        for query in _questions(name):
            answer = client.get(page, query)
            if answer.status_code == 200 and answer.context["cl"].result_count:
                yield f"{page} {query}"


def _questions(name: str) -> Iterator[dict[str, str]]:
    """Yield what would tell whether a column holds a piece, or where in the order it stands."""
    yield {f"{name}__regex": "|".join(PIECES)}
    for whole in (EXTERNAL, UNBORN, WALLET):
        yield {f"{name}__gte": whole[:-1], f"{name}__lt": f"{whole[:-1]}~"}


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
