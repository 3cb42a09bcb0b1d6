"""The simulator: seeds hold, the same one runs the same, and a planted defect is found."""

import uuid
from collections import Counter
from collections.abc import Iterator

import pytest

from accounts_app.offblocks.client import Client
from accounts_app.services import events
from tests.simulation import command, report
from tests.simulation.ground import Ground, laid
from tests.simulation.run import Outcome, run

pytestmark = pytest.mark.xdist_group("simulation")

# Fewer than the command has: they take a moment to make.
BEGINNINGS = 4


@pytest.fixture(scope="module")
def ground(django_db_blocker) -> Iterator[Ground]:
    """Where these runs happen: a database of their own, in memory."""
    with django_db_blocker.unblock(), laid("sqlite", BEGINNINGS) as laid_ground:
        yield laid_ground


def first_failure(ground: Ground, seeds: range) -> Outcome | None:
    """Run until a seed breaks a rule."""
    return next((found for found in (run(ground, one) for one in seeds) if found.violation), None)


def test_twenty_five_seeds_hold(ground):
    failed = first_failure(ground, range(25))
    assert failed is None, report.failure(failed, "sqlite", 40)


def test_the_same_seed_gives_the_same_log(ground):
    assert run(ground, 7).log == run(ground, 7).log


def test_another_seed_gives_another_log(ground):
    assert run(ground, 7).log != run(ground, 8).log


def test_a_new_key_on_a_retry_is_found(ground, monkeypatch):
    real = Client.send

    def send(self, change, key, **options):
        attempts = ground.sent[key] = ground.sent.get(key, 0) + 1
        fresh = key if attempts == 1 else uuid.uuid4()
        return real(self, change, fresh, **options)

    monkeypatch.setattr(ground, "sent", {}, raising=False)
    monkeypatch.setattr(Client, "send", send)
    assert first_failure(ground, range(200)) is not None


def test_an_event_that_is_acknowledged_and_not_stored_is_found(ground, monkeypatch):
    monkeypatch.setattr(events, "receive", lambda body, envelope, nonce: None)
    failed = first_failure(ground, range(200))
    assert failed is not None
    assert failed.violation.startswith("I13")


def test_a_failing_seed_is_printed_with_how_to_see_it_again(ground, monkeypatch):
    monkeypatch.setattr(events, "receive", lambda body, envelope, nonce: None)
    failed = first_failure(ground, range(200))
    assert failed is not None
    printed = report.failure(failed, "sqlite", 40)
    assert printed.startswith(f"=== seed {failed.seed} breaks I13")
    assert f"python -m tests.simulation --show {failed.seed}" in printed


def test_the_command_line_has_what_the_make_target_passes():
    options = command.parser().parse_args(["--seeds", "10000", "--first", "5", "--processes", "1"])
    assert (options.seeds, options.first, options.processes) == (10_000, 5, 1)


def test_what_never_occurred_is_marked():
    printed = report.table(Counter({("fault", "429"): 3}))
    assert "        3  429" in printed
    assert "    NEVER  403" in printed
