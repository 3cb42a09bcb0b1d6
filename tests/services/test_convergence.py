"""W3: whatever the order and number of the deliveries, the mirror ends as the provider is."""

import logging

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts_app import work
from accounts_app.services import events
from accounts_app.services.events import Envelope
from accounts_app.webhooks.serializers import envelope_of
from sandbox.server import Sandbox
from tests import mirrored
from tests.deliveries import receive

EXAMPLES = settings(
    max_examples=500,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
History = list[tuple[bytes, Envelope]]


@pytest.fixture(autouse=True)
def _few_words(caplog: pytest.LogCaptureFixture) -> None:
    """Keep no log lines of some ten thousand requests."""
    caplog.set_level(logging.WARNING)


@pytest.fixture
def history(sandbox: Sandbox, db: None) -> History:
    """The events of one customer with an account and a card, from the first day to the last."""
    world = sandbox.world
    customer = str(world.add_customer()["id"])
    account = str(world.add_account(customer)["id"])
    card = str(world.add_card(account)["id"])
    world.change("card", card, "suspended")
    for status in ("inactive", "active", "closed"):
        world.change("account", account, status)
    return [(body, envelope_of(body)) for body in sandbox.deliveries.take()]


@st.composite
def deliveries(draw: st.DrawFn, count: int, *, looks: int = 0) -> list[int]:
    """Draw every event's number in any order, some several times; `count` stands for a look."""
    again = draw(st.lists(st.integers(0, count - 1), max_size=5))
    return draw(st.permutations([*range(count), *again, *[count] * looks]))


def deliver(history: History, order: list[int]) -> None:
    """Deliver in this order, looking into the events where a look is drawn and at the end."""
    for number in order:
        if number < len(history):
            events.receive(*history[number])
        else:
            work.run_due()
    while work.run_due():
        pass


def ending(history: History, order: list[int]) -> mirrored.Fields:
    """Deliver on an empty mirror; return what it then holds, and leave it empty again."""
    with transaction.atomic():
        deliver(history, order)
        held = mirrored.mirror()
        transaction.set_rollback(True)
    return held


def test_w03_the_order_of_the_provider_ends_as_the_provider_is(history, sandbox):
    assert ending(history, list(range(len(history)))) == mirrored.provider(sandbox)


def test_w03_any_order_with_duplicates_ends_as_the_provider_is(history, sandbox):
    @EXAMPLES
    @given(deliveries(len(history)))
    def ends_equal(order: list[int]) -> None:
        assert ending(history, order) == mirrored.provider(sandbox)

    ends_equal()


def test_w03_reading_in_between_changes_nothing_about_the_end(history, sandbox):
    @settings(EXAMPLES, max_examples=60)
    @given(deliveries(len(history), looks=3))
    def ends_equal(order: list[int]) -> None:
        assert ending(history, order) == mirrored.provider(sandbox)

    ends_equal()


def test_w03_events_that_arrive_while_the_provider_moves_on_end_the_same(sandbox, db):
    world = sandbox.world
    customer = str(world.add_customer()["id"])
    account = str(world.add_account(customer)["id"])
    for status in ("inactive", "active", "inactive", "closed"):
        world.change("account", account, status)
        late = sandbox.deliveries.take()
        receive(*reversed(late))
        work.run_due()
    assert mirrored.mirror() == mirrored.provider(sandbox)
