"""What any list costs does not grow with it: as it is, filtered, ordered, searched, at its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Account, Card, Customer
from tests.admin.conftest import address
from tests.admin.multitude import Multitude
from tests.admin.pages import signed_in
from tests.admin.test_flat import costs

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 10_000
MOST, MOST_OF_A_ROW = 18, 32
LISTED = tuple(admin.site._registry)


def ways_to_see(client: Client, model: type) -> Iterator[str]:
    """Yield a list's addresses: plain, by each of its filters and columns, searched, its ends."""
    plain = address(model, "changelist")
    listed: Any = client.get(plain).context["cl"]
    yield plain
    for spec in listed.filter_specs:
        for choice in [*spec.choices(listed)][1:2]:
            yield plain + choice["query_string"]
    for place, column in enumerate(listed.list_display):
        if listed.get_ordering_field(column):
            yield f"{plain}?o={place}"
            yield f"{plain}?o=-{place}"
    if listed.search_fields:
        yield f"{plain}?q=many"
        yield f"{plain}?q=0000"
    yield f"{plain}?before="


def others(account: Account) -> Iterator[str]:
    """Yield the pages that tell of much without being a list."""
    today = f"{timezone.now():%Y-%m-%d}"
    yield reverse("admin:index")
    yield reverse("admin:views")
    yield reverse("admin:health")
    yield reverse("admin:find") + "?q=many"
    yield reverse("admin:download") + "?of=many"
    yield address(Account, "change", account.pk)
    yield address(Customer, "change", account.customer_id)
    for model, row in ((Account, account), (Customer, account.customer), (Card, Card.objects)):
        number = row.earliest("pk").pk if model is Card else row.pk
        yield address(model, "history", number)
        yield address(model, "as_of", number) + f"?on={today}"
    yield address(Group, "change", Group.objects.get(name="viewer").pk)


def test_ten_thousand_of_everything_cost_what_ten_do(all_roles, operator):
    client, world = signed_in(all_roles), Multitude(operator)
    world.grow(FEW)
    lists = [page for model in LISTED for page in ways_to_see(client, model)]
    pages = [*lists, *others(world.account)]
    few = costs(client, pages)
    world.grow(MANY)
    many = costs(client, pages)
    assert {page: (few[page], many[page]) for page in pages if many[page] != few[page]} == {}
    assert max(many[page] for page in lists) <= MOST
    assert max(many.values()) <= MOST_OF_A_ROW
