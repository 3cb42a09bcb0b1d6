"""The demo's seed, played once with real deliveries to a real endpoint, and what it left behind."""

import io
import uuid
from collections import Counter

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts_app import audit
from accounts_app.management.demo import programme
from accounts_app.management.demo.provider import Provider
from accounts_app.management.demo.stage import Stage
from accounts_app.models import Account, Card, Challenge, Customer, Operation, Snapshot
from accounts_app.offblocks.credentials import Secret
from accounts_app.services import subscriptions
from sandbox.server import Sandbox
from tests import mirrored

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sandbox(deliveries="auto", screening_seconds=60, deployment_seconds=60),
    pytest.mark.xdist_group("demo"),
]


# So many steps were played before the first, interrupted seeding ended.
INTERRUPTED_AFTER = 40


class Seeded:
    """What there is now; the rows themselves are gone when the next test begins."""

    def __init__(self, sandbox: Sandbox, said: str) -> None:
        self.said = said
        self.at = timezone.now()
        self.mirror = mirrored.mirror()
        self.world = mirrored.provider(sandbox)
        self.ledger = sandbox.ledger()
        self.groups = list(
            User.objects.filter(is_staff=True).values_list("username", "groups__name")
        )
        self.operations = Counter(Operation.objects.values_list("kind", "state"))
        self.challenges = Challenge.objects.filter(state="waiting").count()
        self.snapshots = Counter(Snapshot.objects.values_list("entity_id", flat=True))
        self.sources = set(Snapshot.objects.values_list("source", flat=True))
        self.audit_fault = audit.verify()

    def statuses(self, kind: str) -> set[str]:
        """Return the mirrored states of a kind."""
        return {row["status"] for row in self.mirror.values() if row["kind"] == kind}


def seed() -> str:
    """Run the command as where no worker runs, and return what it said."""
    said = io.StringIO()
    call_command("seed_demo", "--work", stdout=said)
    return said.getvalue()


@pytest.fixture
def demo(settings, sandbox, live_server):
    """A deployment that may be seeded, subscribed to the sandbox's webhooks."""
    settings.DEMO, settings.DEMO_PASSWORD = True, Secret("demo-password-of-tests")
    settings.PUBLIC_URL = live_server.url
    subscriptions.ensure()
    return sandbox


@pytest.fixture(scope="module")
def memory():
    """What the first test that needs it has seeded: it takes long enough to be done once."""
    return {}


@pytest.fixture
def first(memory, request):
    """What there was after seeding, cut short once and then run to its end."""
    if not memory:
        sandbox = request.getfixturevalue("demo")
        with Provider() as provider:
            began = timezone.now() - programme.LENGTH
            Stage(provider, began).play(programme.steps()[:INTERRUPTED_AFTER])
        memory["first"] = Seeded(sandbox, seed())
        memory["second"] = Seeded(sandbox, seed())
    return memory["first"]


@pytest.fixture
def second(first, memory):
    """What there was after seeding once more."""
    return memory["second"]


def test_every_state_is_there(first):
    assert first.statuses("customer") == Customer.KNOWN_STATUSES
    assert first.statuses("account") == Account.KNOWN_STATUSES
    assert first.statuses("card") == Card.KNOWN_STATUSES


def test_there_are_sixty_customers_and_ninety_accounts(first):
    counts = Counter(row["kind"] for row in first.mirror.values())
    assert counts == {"customer": 60, "account": 90, "card": 80}


def test_the_mirror_equals_the_world(first):
    assert first.mirror == first.world


def test_the_mirror_was_never_synchronised(first):
    assert first.sources == {"webhook", "operation"}


def test_times_are_spread_over_months_and_past(first):
    rows = first.mirror.values()
    assert len({(row["created_at"].year, row["created_at"].month) for row in rows}) >= 6
    assert all(row["created_at"] <= row["updated_at"] <= first.at for row in rows)


def test_accounts_have_a_history(first):
    accounts = [pk for pk, row in first.mirror.items() if row["kind"] == "account"]
    assert sum(first.snapshots[uuid.UUID(pk)] >= 2 for pk in accounts) >= 20


def test_the_four_are_staff_of_their_groups(first):
    names = ("viewer", "operator", "approver", "auditor")
    assert sorted(first.groups) == sorted((name, name) for name in names)


def test_the_desk_has_work(first):
    assert first.challenges == 1
    assert first.operations == {
        ("deactivate", "succeeded"): 2,
        ("close", "rejected"): 1,
        ("close", "requested"): 1,
        ("reactivate", "requested"): 1,
        ("create_account", "succeeded"): 1,
    }


def test_the_audit_holds(first):
    assert first.audit_fault is None


def test_it_tells_how_far_it_is_and_sums_up(first):
    assert "Month 6 of 6: 60 customers" in first.said
    assert "customers: 40 active" in first.said


def test_an_interrupted_seeding_went_on_without_doubling(first):
    creations = [line for line in first.ledger if line["before"] is None]
    numbers = Counter(line["entity"] for line in creations)
    assert (numbers["customer"], numbers["account"], numbers["card"]) == (60, 90, 80)


def test_seeding_twice_changes_nothing(first, second):
    assert "nothing to do" in second.said
    assert second.mirror == first.mirror
    assert second.ledger == first.ledger


def test_it_runs_only_where_demo_is_on(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="only where DEMO is on"):
        call_command("seed_demo")


def test_it_makes_nobody_without_a_password(settings):
    settings.DEMO, settings.DEMO_PASSWORD = True, Secret("")
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("seed_demo")
    assert not User.objects.filter(username="operator").exists()


def test_it_says_when_there_is_no_sandbox(settings, signing_key_pem):
    settings.DEMO, settings.DEMO_PASSWORD = True, Secret("demo-password-of-tests")
    settings.OFFBLOCKS_SIGNING_KEY = Secret(signing_key_pem)
    settings.OFFBLOCKS_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(CommandError, match="Look whether it runs"):
        call_command("seed_demo")
