"""The demo's seed, played once with real deliveries to a real endpoint, and what it left behind."""

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts_app import audit
from accounts_app.management.demo import programme
from accounts_app.management.demo.provider import Provider
from accounts_app.management.demo.stage import Stage
from accounts_app.models import Account, Card, Challenge, Customer, Operation, Snapshot
from accounts_app.services import subscriptions
from tests import mirrored

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sandbox(deliveries="auto", screening_seconds=60, deployment_seconds=60),
]


@dataclass
class Seeded:
    """What there was after seeding; the rows themselves are gone when the next test begins."""

    said: str
    mirror: dict[str, Any] = field(default_factory=mirrored.mirror)
    operations: Counter[tuple[str, str]] = field(
        default_factory=lambda: Counter(Operation.objects.values_list("kind", "state"))
    )
    challenges: int = field(default_factory=Challenge.objects.filter(state="waiting").count)
    groups: list[tuple[str, str]] = field(
        default_factory=lambda: list(
            User.objects.filter(is_staff=True).values_list("username", "groups__name")
        )
    )
    sources: set[str] = field(
        default_factory=lambda: set(Snapshot.objects.values_list("source", flat=True))
    )
    snapshots: Counter[str] = field(
        default_factory=lambda: Counter(
            str(pk) for pk in Snapshot.objects.values_list("entity_id", flat=True)
        )
    )
    audit_fault: Any = field(default_factory=audit.verify)
    at: Any = field(default_factory=timezone.now)

    def statuses(self, kind: str) -> Counter[str]:
        """Count the mirrored states of a kind."""
        return Counter(row["status"] for row in self.of_kind(kind))

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """List the mirrored rows of a kind."""
        return [row for row in self.mirror.values() if row["kind"] == kind]


def seed() -> str:
    """Run the command as where no worker runs, and return what it said."""
    said = io.StringIO()
    call_command("seed_demo", "--work", stdout=said)
    return said.getvalue()


@pytest.fixture
def demo(settings, sandbox, live_server):
    """A deployment that may be seeded, subscribed to the sandbox's webhooks."""
    settings.DEMO, settings.DEMO_PASSWORD = True, "demo-password-of-tests"
    settings.PUBLIC_URL = live_server.url
    subscriptions.ensure()
    return sandbox


@pytest.fixture(scope="module")
def memory():
    """What the first test that needs it has seeded: it takes long enough to be done once."""
    return {}


@pytest.fixture
def seeded(memory, request):
    """The state after seeding twice, with the second time interrupting nothing."""
    if not memory:
        sandbox = request.getfixturevalue("demo")
        memory["first"], memory["world"] = Seeded(seed()), mirrored.provider(sandbox)
        memory["lines"] = len(sandbox.ledger())
        memory["second"] = Seeded(seed())
        memory["lines again"] = len(sandbox.ledger())
    return memory


def test_every_state_is_there(seeded):
    first = seeded["first"]
    assert set(first.statuses("customer")) == Customer.KNOWN_STATUSES
    assert set(first.statuses("account")) == Account.KNOWN_STATUSES
    assert set(first.statuses("card")) == Card.KNOWN_STATUSES


def test_there_are_sixty_customers_and_ninety_accounts(seeded):
    counts = Counter(row["kind"] for row in seeded["first"].mirror.values())
    assert counts == {"customer": 60, "account": 90, "card": 80}


def test_the_mirror_equals_the_world(seeded):
    assert seeded["first"].mirror == seeded["world"]


def test_the_mirror_was_never_synchronised(seeded):
    assert seeded["first"].sources == {"webhook", "operation"}


def test_times_are_spread_over_months_and_past(seeded):
    first = seeded["first"]
    rows = first.mirror.values()
    assert len({(row["created_at"].year, row["created_at"].month) for row in rows}) >= 6
    assert all(row["created_at"] <= row["updated_at"] <= first.at for row in rows)


def test_accounts_have_a_history(seeded):
    first = seeded["first"]
    accounts = [pk for pk, row in first.mirror.items() if row["kind"] == "account"]
    assert sum(first.snapshots[pk] >= 2 for pk in accounts) >= 20


def test_the_four_are_staff_of_their_groups(seeded):
    names = ("viewer", "operator", "approver", "auditor")
    assert sorted(seeded["first"].groups) == sorted((name, name) for name in names)


def test_the_desk_has_work(seeded):
    assert seeded["first"].operations == {
        ("deactivate", "succeeded"): 2,
        ("close", "rejected"): 1,
        ("close", "requested"): 1,
        ("reactivate", "requested"): 1,
        ("create_account", "succeeded"): 1,
    }
    assert seeded["first"].challenges == 1


def test_the_audit_holds(seeded):
    assert seeded["first"].audit_fault is None


def test_it_tells_how_far_it_is_and_sums_up(seeded):
    said = seeded["first"].said
    assert "Month 6 of 6: 60 customers" in said
    assert "customers: 40 active" in said


def test_seeding_twice_changes_nothing(seeded):
    assert "nothing to do" in seeded["second"].said
    assert seeded["second"].mirror == seeded["first"].mirror
    assert seeded["lines again"] == seeded["lines"]


def test_an_interrupted_seeding_goes_on_without_doubling(demo):
    steps = programme.steps()
    with Provider() as provider:
        stage = Stage(provider, timezone.now() - programme.LENGTH)
        stage.play(steps[:40])
    with Provider() as provider:
        stage = Stage(provider, timezone.now() - programme.LENGTH)
        left = stage.left_of(steps)
        stage.play(left[:10])
        stage.leave()
    assert steps[40] in left[:2]
    creations = [line for line in demo.ledger() if line["before"] is None and line["key"]]
    assert len({line["key"] for line in creations}) == len({line["id"] for line in creations})


def test_it_runs_only_where_demo_is_on(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="only where DEMO is on"):
        call_command("seed_demo")


def test_it_makes_nobody_without_a_password(settings):
    settings.DEMO, settings.DEMO_PASSWORD = True, ""
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("seed_demo")
    assert not User.objects.filter(username="operator").exists()
