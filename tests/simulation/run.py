"""One seed from its beginning to its end."""

import random
import traceback
from collections import Counter
from dataclasses import dataclass

from tests.simulation import ending
from tests.simulation.answers import SERVER_ERRORS
from tests.simulation.faults import FAULTS
from tests.simulation.ground import Ground
from tests.simulation.invariants import Violation
from tests.simulation.network import Trouble
from tests.simulation.office import Office
from tests.simulation.processes import FATES, PLACES
from tests.simulation.provider import Temper
from tests.simulation.steps import STEPS

QUIET = Trouble()


@dataclass(frozen=True)
class Weather:
    """How likely a request, a webhook and an activity of ours meets trouble, and how often so."""

    often: int
    requests: Trouble = QUIET
    webhooks: float = 0.0
    processes: float = 0.0


WEATHERS = {
    "calm": Weather(1),
    "fair": Weather(3, Trouble(0.25, 0.04), 0.1, 0.1),
    "rough": Weather(4, Trouble(0.5, 0.1), 0.25, 0.25),
    "storm": Weather(2, Trouble(0.75, 0.3), 0.4, 0.4),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a seed; `violation` is empty when every invariant held."""

    seed: int
    log: list[str]
    counts: Counter[tuple[str, str]]
    violation: str
    digest: str


def run(ground: Ground, seed: int) -> Outcome:
    """Run one seed. The same seed gives the same log."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    office = Office(ground, chance, _temper(chance), chance.choice(ground.beginnings))
    try:
        _weather(office)
        _live(office)
        violation, proof = "", ending.end(office)
    except Violation as broken:
        violation, proof = str(broken), ""
    except Exception:
        # Nobody who asks, delivers or works may meet an error that is no refusal.
        violation, proof = f"an error nobody foresaw:\n{traceback.format_exc()}", ""
    office.journal.write(violation or f"all invariants held; digest {proof}")
    return Outcome(seed, office.journal.lines, office.journal.counts, violation, proof)


def _temper(chance: random.Random) -> Temper:
    return Temper(
        change_seconds=chance.choice((0, 0, 0, 20)),
        deployment_seconds=chance.choice((0, 30)),
        close_needs_signature=chance.random() < 0.3,
        closed_cards=chance.choice(("terminated", "terminated", "inactive")),
        signature_age=chance.choice((300, None)),
        clock_offset=chance.choice((0, 0, -15, 15)),
    )


def _weather(office: Office) -> None:
    """Draw how bad it gets, and which few troubles this seed knows: they meet more often so."""
    chance = office.chance
    often = [weather.often for weather in WEATHERS.values()]
    name = chance.choices(tuple(WEATHERS), often)[0]
    weather = WEATHERS[name]
    office.network.trouble = weather.requests
    office.network.faults = tuple(chance.sample(FAULTS, chance.randint(3, 12)))
    office.network.error_codes = tuple(chance.sample(SERVER_ERRORS, chance.choice((1, 1, 4))))
    office.courier.trouble = weather.webhooks
    office.processes.trouble = weather.processes
    office.processes.fates = tuple(chance.sample(FATES, 2))
    office.processes.places = tuple(chance.sample(PLACES, 2))
    known = ", ".join(sorted(fault.name for fault in office.network.faults))
    office.journal.write(f"the weather is {name}, with {known}; {office.provider.temper}")


def _live(office: Office) -> None:
    names = list(STEPS)
    # Some seeds do more of one thing, others of another.
    weights = [weight * office.chance.choice((0.3, 1, 1, 3)) for weight, _ in STEPS.values()]

    def step() -> None:
        office.take(office.chance.choices(names, weights)[0])

    def meanwhile() -> None:
        """What others do while a process is frozen, often for long."""
        office.pass_time(office.chance.choice((0, 0, 200, 3000, 10_000)))
        for _ in range(office.chance.randint(1, 4)):
            step()

    office.processes.meanwhile = meanwhile
    for _ in range(min(12 + int(office.chance.expovariate(0.1)), 60)):
        step()
