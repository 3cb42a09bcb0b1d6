"""The simulated world driven by Hypothesis: it looks for the shortest way to break a rule.

Every step is followed by a check of all invariants, and every example by the fair ending of
`ending`. MACHINE_EXAMPLES and MACHINE_STEPS make the search longer: 20000 and 50 for a night.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from accounts_app.services import events
from tests.simulation import ending
from tests.simulation.ground import Ground
from tests.simulation.invariants import Violation
from tests.simulation.network import Trouble
from tests.simulation.office import Office
from tests.simulation.provider import Temper
from tests.simulation.steps import deciding, engine, provider, staff

SEARCH = settings(
    max_examples=int(os.environ.get("MACHINE_EXAMPLES", "12")),
    stateful_step_count=int(os.environ.get("MACHINE_STEPS", "25")),
    suppress_health_check=[*HealthCheck],
    print_blob=True,
)
TEMPERS = st.builds(
    Temper,
    change_seconds=st.sampled_from((0, 20)),
    deployment_seconds=st.sampled_from((0, 30)),
    close_needs_signature=st.booleans(),
    closed_cards=st.sampled_from(("terminated", "inactive")),
    signature_age=st.sampled_from((300, None)),
    clock_offset=st.sampled_from((0, -15, 15)),
)
LIKELY = st.sampled_from((0.0, 0.1, 0.25, 0.5))


def step_of(steps) -> st.SearchStrategy[str]:
    """Choose one of a table's steps."""
    return st.sampled_from(sorted(steps))


class DeskMachine(RuleBasedStateMachine):
    """Staff, workers, provider and the network, each acting when Hypothesis says so."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        self.office: Office | None = None
        self.digests: list[str] = []

    @initialize(
        chance=st.randoms(use_true_random=True),
        temper=TEMPERS,
        beginning=st.integers(0, 3),
        trouble=st.tuples(LIKELY, LIKELY, LIKELY),
    )
    def open(self, chance, temper, beginning, trouble) -> None:
        """Open the office in some weather: trouble for requests, webhooks and processes."""
        office = Office(self.ground, chance, temper, self.ground.beginnings[beginning])
        requests, office.courier.trouble, office.processes.trouble = trouble
        office.network.trouble = Trouble(requests, requests / 5)
        office.processes.meanwhile = lambda: office.take("work")
        self.office = office

    @rule(name=step_of(staff.STEPS))
    def somebody_asks(self, name: str) -> None:
        """Let staff ask for something, at once or twice or late."""
        self.office.take(name)

    @rule(name=step_of(deciding.STEPS))
    def somebody_decides(self, name: str) -> None:
        """Let staff decide, pause, resolve, or lose a right."""
        self.office.take(name)

    @rule(name=step_of(engine.STEPS))
    def work_goes_on(self, name: str) -> None:
        """Let workers work, webhooks arrive, sweeps run and time pass."""
        self.office.take(name)

    @rule(name=step_of(provider.STEPS))
    def the_provider_acts(self, name: str) -> None:
        """Let the provider or an owner do something by themselves."""
        self.office.take(name)

    def teardown(self) -> None:
        """End the faults and let everything settle; what must then hold is checked."""
        if self.office is not None:
            self.digests.append(ending.end(self.office))


def test_no_order_of_steps_breaks_a_rule(ground):
    played = []

    def machine() -> DeskMachine:
        played.append(DeskMachine(ground))
        return played[-1]

    run_state_machine_as_test(machine, settings=SEARCH)
    # Every world that was opened came to its end, where all rules are checked once more.
    opened = [one for one in played if one.office]
    assert opened
    assert all(len(one.digests) == 1 for one in opened)


def test_a_lost_acknowledged_event_is_found(ground, monkeypatch):
    monkeypatch.setattr(events, "receive", lambda body, envelope, nonce: None)
    quick = settings(SEARCH, phases=[Phase.generate], database=None)
    with pytest.raises(Violation, match="I13"):
        run_state_machine_as_test(lambda: DeskMachine(ground), settings=quick)
