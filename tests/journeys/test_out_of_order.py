"""The same journey, whatever becomes of the webhooks: the mirror ends equal to the provider."""

import random

import pytest
from django.core.management import call_command

from accounts_app import audit, work
from accounts_app.models import WebhookEvent
from tests import mirrored
from tests.deliveries import Intake
from tests.journeys.story import Story

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sandbox(deployment_seconds=60, screening_seconds=60),
]


class Post:
    """The webhooks of a journey: collected as they happen, delivered as a test likes."""

    def __init__(self, sandbox):
        self._intake = Intake(sandbox)
        self._sandbox = sandbox

    def take(self) -> list[bytes]:
        """Return what the sandbox would deliver now."""
        return self._sandbox.deliveries.take()

    def deliver(self, bodies: list[bytes]) -> None:
        """Post these in this order, and let the worker look into them."""
        for body in bodies:
            assert self._intake.post(body).status_code == 200
        while work.run_due():
            pass

    def deliver_at_once(self) -> None:
        """Post what there is now."""
        self.deliver(self.take())

    def deliver_twice(self) -> None:
        """Post what there is now, and all of it again."""
        self.deliver(self.take() * 2)


@pytest.fixture
def post(sandbox):
    """The webhooks in the test's hands."""
    return Post(sandbox)


@pytest.fixture
def tell(sandbox, programme, operator, approver, post):
    """Tell the journey of a customer, with something done about webhooks after each act."""

    def told(meanwhile=lambda: None):
        customer = programme.customer()
        return Story(sandbox, operator, approver, meanwhile).tell(customer)

    return told


@pytest.fixture
def equal(sandbox):
    """Tell whether the mirror is the provider's world, field by field."""
    return lambda: mirrored.mirror() == mirrored.provider(sandbox)


def test_delivered_at_once(tell, post, equal):
    account = tell(post.deliver_at_once)
    account.refresh_from_db()
    assert account.status == "closed"
    assert equal()


def test_delivered_late(tell, post, equal):
    tell()
    assert not equal()
    post.deliver_at_once()
    assert equal()


def test_delivered_twice(tell, post, equal):
    tell(post.deliver_twice)
    assert equal()
    assert set(WebhookEvent.objects.values_list("deliveries", flat=True)) == {2}


@pytest.mark.parametrize("seed", range(3))
def test_delivered_out_of_order_with_duplicates(tell, post, equal, seed):
    tell()
    bodies = post.take()
    chance = random.Random(seed)  # noqa: S311 -- a choice, not a secret
    bodies += chance.sample(bodies, len(bodies) // 2)
    chance.shuffle(bodies)
    post.deliver(bodies)
    assert equal()


def test_delivered_in_reverse_one_by_one(tell, post, equal):
    tell()
    for body in reversed(post.take()):
        post.deliver([body])
    assert equal()


def test_lost_altogether_and_synchronised(tell, post, equal):
    tell()
    post.take()
    assert not equal()
    call_command("sync")
    assert equal()


def test_the_record_of_it_all_holds(tell, post):
    tell(post.deliver_twice)
    assert audit.verify() is None
