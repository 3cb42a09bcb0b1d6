"""The plan of the demo programme: who does what on which day. The same in every run; no I/O."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

LENGTH = timedelta(days=180)
NAMESPACE = uuid.UUID("5f1d6c0e-94f5-4d0e-8a63-2f5b1f7c9a11")
CHOICE = 7  # the random seed: any number will do, as long as it stays

# A life is a row of acts. `provider:STATUS` is what only the provider does, by itself; `wait` gives
# it time for what it does anyway (screening, deployment). How many lives there are comes second.
CUSTOMERS = {
    "register": 4,
    "register sign provider:screening": 2,
    "register sign wait": 4,
    "register sign wait reject": 3,
    "register sign wait verify provider:rejected": 1,
    "register sign wait verify": 40,
    "register sign wait verify leave": 6,
}
ACTIVE, LEAVING = "register sign wait verify", "register sign wait verify leave"
# The desk opens one more, which makes ninety.
ACCOUNTS = {
    "open": 7,
    "open sign provider:pending": 5,
    "open sign wait": 35,
    "open sign wait deactivate activate": 8,
    "open sign wait deactivate": 3,
    "open sign wait provider:inactive": 2,
    "open sign wait close": 9,
    "open sign wait provider:closed": 3,
    "open:CHF wait": 3,
    "open provider:failed": 2,
}
ACCOUNTS_OF_LEAVERS = {"open sign wait": 10, "open sign wait close": 2}
STEADY = "open sign wait"
CARDS = "order issue"
CARDS_OF_STEADY_ACCOUNTS = {
    "order": 4,
    "order fail": 4,
    "order issue pay deactivate": 5,
    "order issue pay provider:suspended": 3,
    "order issue provider:suspended provider:active": 2,
    "order issue pay provider:blocked": 3,
    "order issue pay terminate": 4,
    "order issue pay": 10,
}
PHYSICAL_CARDS = 8
ACCOUNTS_PER_CUSTOMER = (1,) * 11 + (2,) * 19 + (3,) * 8 + (2,) * 2
ACCOUNTS_PER_LEAVER = (2,) * 6

# Days from the act before, at least and at most; LATER unless it is named here.
WAITS = {
    "register": (0.0, 15.0),
    "sign": (0.05, 1.0),
    "wait": (0.001, 0.002),
    "verify": (0.3, 2.0),
    "reject": (0.3, 2.0),
    "leave": (45.0, 50.0),
    "open": (1.0, 15.0),
    "order": (0.05, 1.0),
    "issue": (0.2, 1.0),
    "fail": (0.2, 1.0),
    "pay": (0.3, 1.8),
    "provider:screening": (0.0, 0.0),
    "provider:pending": (0.0, 0.0),
    "provider:failed": (0.3, 2.0),
}
LATER = (6.0, 16.0)
# When stories begin: one that is still at its beginning began lately.
LONG_AGO, LATELY = (0.0, 110.0), (150.0, 160.0)


@dataclass(frozen=True)
class Step:
    """One act on one subject, so many days after the programme began.

    `subject` is a path: a customer's external id, the number of their account, the type of its
    card. `detail` is the act's own: a currency, a status, an amount.
    """

    day: float
    subject: str
    act: str
    detail: str = ""

    @property
    def key(self) -> uuid.UUID:
        """The idempotency key: the same in every run, so that the sandbox's ledger knows it."""
        return uuid.uuid5(NAMESPACE, f"{self.subject} {self.act} {self.detail}")


def steps() -> list[Step]:
    """Return the whole plan in the order of its days."""
    return sorted(_Plan().steps(), key=lambda step: step.day)


class _Plan:
    def __init__(self) -> None:
        self._random = random.Random(CHOICE)  # noqa: S311 -- a choice, not a secret
        self._steady_cards = self._shuffled(CARDS_OF_STEADY_ACCOUNTS)
        self._physical = PHYSICAL_CARDS

    def steps(self) -> Iterator[Step]:
        lives = self._shuffled(CUSTOMERS)
        numbers = sorted(self._random.sample(range(102_000, 109_000), len(lives)))
        pools = {
            ACTIVE: self._portions(ACCOUNTS, ACCOUNTS_PER_CUSTOMER),
            LEAVING: self._portions(ACCOUNTS_OF_LEAVERS, ACCOUNTS_PER_LEAVER),
        }
        for number, life in zip(numbers, lives, strict=True):
            portion = pools[life].pop() if life in pools else []
            yield from self._customer(f"CRM-{number}", life, portion)

    def _shuffled(self, counts: dict[str, int]) -> list[str]:
        lives = [life for life, count in counts.items() for _ in range(count)]
        self._random.shuffle(lives)
        return lives

    def _portions(self, counts: dict[str, int], sizes: tuple[int, ...]) -> list[list[str]]:
        lives = self._shuffled(counts)
        return [[lives.pop() for _ in range(size)] for size in sizes]

    def _customer(self, subject: str, life: str, accounts: list[str]) -> Iterator[Step]:
        began = LONG_AGO if "verify" in life else LATELY
        story = list(self._lived(subject, life, self._random.uniform(*began)))
        yield from story
        verified = next((step.day for step in story if step.act == "verify"), 0.0)
        for number, account in enumerate(accounts, start=1):
            is_steady = (life, account) == (ACTIVE, STEADY)
            yield from self._account(f"{subject}/{number}", account, verified, is_steady=is_steady)

    def _account(
        self, subject: str, life: str, verified: float, *, is_steady: bool
    ) -> Iterator[Step]:
        began = verified if "wait" in life else self._random.uniform(*LATELY)
        story = list(self._lived(subject, life, began))
        yield from story
        if "sign wait" in life:
            yield from self._cards(subject, story[2].day, is_steady=is_steady)

    def _cards(self, account: str, deployed: float, *, is_steady: bool) -> Iterator[Step]:
        life = self._steady_cards.pop() if is_steady else CARDS
        yield from self._lived(f"{account}/virtual", life, deployed)
        if is_steady and self._physical:
            self._physical -= 1
            yield from self._lived(f"{account}/physical", "order issue", deployed)

    def _lived(self, subject: str, life: str, day: float) -> Iterator[Step]:
        for act in life.split():
            name, _, detail = act.partition(":")
            day += self._random.uniform(*WAITS.get(act, WAITS.get(name, LATER)))
            yield Step(day, subject, name, self._amount() if name == "pay" else detail)

    def _amount(self) -> str:
        return f"{self._random.uniform(2, 180):.2f}"
