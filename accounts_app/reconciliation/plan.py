"""What differs between mirror and provider, as a value that can be shown, judged and refused.

Nothing here reads or writes either side: they come as they were read.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from accounts_app import representations
from accounts_app.models import Drift, EntityKind
from accounts_app.offblocks.seams import Recognised
from accounts_app.reconciliation.listed import Listed
from accounts_app.representations import Shape
from accounts_app.sentences import say

What = Drift.What
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """What the mirror holds of one entity.

    `may_vanish` when the provider need not list it any more; `is_watched` when a discrepancy about
    it is open, so that an answer that agrees is news too.
    """

    revision: int
    asked_at: datetime
    digest: str
    may_vanish: bool = False
    is_watched: bool = False


@dataclass(frozen=True)
class Side:
    """One kind on both sides: the provider's list, asked for at `asked_at`, and the mirror.

    What the list names as recognised is as the mirror holds it. The list may be one that is still
    arriving, and can be gone through once; the mirror may be one that knows only the entries at
    hand until all of it is gone through, after the list.
    """

    kind: EntityKind
    listed: Iterable[Shape | Recognised]
    asked_at: datetime
    mirrored: Mapping[UUID, Held]


@dataclass(frozen=True)
class Difference:
    """One entity that is not the same on both sides; `shape` is what the provider told of it.

    `is_doubtful` when the provider's own read of it must confirm that it is so: it was not listed,
    or listed as something older than what we hold.
    """

    kind: EntityKind
    id: UUID
    what: What
    shape: Shape | None
    asked_at: datetime
    is_doubtful: bool = False

    @property
    def line(self) -> str:
        """What a decision about the plan binds to: the entity and what the provider told of it."""
        told = representations.digest_of(self.shape) if self.shape else "-"
        return f"{self.kind} {self.id} {self.what} {told}"


@dataclass(frozen=True)
class Agreement:
    """An answer that is equal to what we hold, about an entity with an open discrepancy."""

    shape: Shape
    asked_at: datetime


@dataclass(frozen=True)
class Seen:
    """What one look at one kind found; `listed` is how many entities the provider listed."""

    differences: list[Difference]
    agreements: list[Agreement]
    listed: int


@dataclass(frozen=True)
class Plan:
    """All differences, parents before children, and the size of both sides by kind."""

    differences: tuple[Difference, ...]
    agreements: tuple[Agreement, ...]
    sizes: Mapping[str, Counts]

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """Numbers by kind: `mirrored`, `listed`, and one per sort of difference."""
        found = Counter((str(one.kind), one.what) for one in self.differences)
        return {
            kind: {**size, **{what.value: found[kind, what] for what in What}}
            for kind, size in self.sizes.items()
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256, hex, of what differs; equal for plans that would do the same."""
        lines = sorted(one.line for one in self.differences)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Limits:
    """What is believed without asking people.

    A plan that touches more than `share` of a kind's rows, and at least `rows` of them, is not.
    `is_first` while no comparison was ever finished: rows that are new to us are then no surprise.
    """

    share: float
    rows: int
    is_first: bool = False


def compare(sides: Iterable[Side]) -> Plan:
    """Compare side by side, parents first; only what differs is kept in memory."""
    differences: list[Difference] = []
    agreements: list[Agreement] = []
    sizes: dict[str, Counts] = {}
    for side in sides:
        seen = look(side)
        differences += seen.differences
        agreements += seen.agreements
        sizes[side.kind] = {"mirrored": len(side.mirrored), "listed": seen.listed}
    return Plan(tuple(differences), tuple(agreements), sizes)


def look(side: Side) -> Seen:
    """Compare one kind: what the provider lists, entry by entry, then what it did not list.

    Of an entity that is listed twice the newer state counts.
    """
    with closing(Listed()) as listed:
        news = _all_news(side, listed)
        new = sum(one.what == What.MISSING_HERE for one in news if isinstance(one, Difference))
        number = len(listed)
        # As many as we hold are all that we hold: nothing is missing, and none is looked up.
        missing = [] if number - new == len(side.mirrored) else list(_missing(side, listed))
    differences = [one for one in news if isinstance(one, Difference)]
    agreements = [one for one in news if isinstance(one, Agreement)]
    return Seen([*differences, *missing], agreements, number)


def _all_news(side: Side, listed: Listed) -> list[Difference | Agreement]:
    news: dict[UUID, Difference | Agreement] = {}
    for one in side.listed:
        if isinstance(one, Recognised):
            listed.note_recognised(one.names)
        elif listed.note(one.id, one.revision):
            news.pop(one.id, None)
            if (found := _news(side, one)) is not None:
                news[one.id] = found
    return [one for one in news.values() if not _is_outdated(one, listed)]


def _is_outdated(one: Difference | Agreement, listed: Listed) -> bool:
    """Whether it was listed once more, as what we hold, and this is older than that."""
    return isinstance(one, Difference) and one.is_doubtful and listed.is_recognised(one.id)


def _news(side: Side, shape: Shape) -> Difference | Agreement | None:
    held = side.mirrored.get(shape.id)
    if held is None:
        return Difference(side.kind, shape.id, What.MISSING_HERE, shape, side.asked_at)
    is_equal = representations.digest_of(shape) == held.digest
    if held.asked_at <= side.asked_at and not is_equal:
        is_older = shape.revision < held.revision
        return Difference(side.kind, shape.id, What.DIFFERS, shape, side.asked_at, is_older)
    if shape.revision > held.revision:
        # The mirror was told something since, and yet something older than the list.
        return Difference(side.kind, shape.id, What.DIFFERS, shape, side.asked_at)
    return Agreement(shape, side.asked_at) if is_equal and held.is_watched else None


def _missing(side: Side, listed: Listed) -> Iterator[Difference]:
    for id, held in side.mirrored.items():
        # What was learnt since the list was asked for cannot be missed in it.
        if id not in listed and not held.may_vanish and held.asked_at <= side.asked_at:
            yield Difference(side.kind, id, What.MISSING_THERE, None, side.asked_at, True)


def judge(plan: Plan, limits: Limits) -> list[str]:
    """Say in whole sentences why the plan is not believed; an empty list means it may be applied.

    The first filling of an empty mirror is always believed.
    """
    sentences = [_emptied(kind, counts, limits) for kind, counts in plan.counts.items()]
    sentences += [_too_many(kind, counts, limits) for kind, counts in plan.counts.items()]
    return [sentence for sentence in sentences if sentence]


def _emptied(kind: str, counts: Counts, limits: Limits) -> str:
    if counts["listed"] or counts[What.MISSING_THERE] < limits.rows:
        return ""
    return say(
        "The provider lists no {kinds} at all; the mirror holds {number}.",
        kinds=f"{kind}s",
        number=counts["mirrored"],
    )


def _too_many(kind: str, counts: Counts, limits: Limits) -> str:
    mirrored = counts["mirrored"]
    new = 0 if limits.is_first else counts[What.MISSING_HERE]
    touched = new + counts[What.DIFFERS] + counts[What.MISSING_THERE]
    if not mirrored or touched < limits.rows or touched <= limits.share * mirrored:
        return ""
    said = {
        What.MISSING_HERE: say("{number} not in the mirror", number=counts[What.MISSING_HERE]),
        What.DIFFERS: say("{number} different", number=counts[What.DIFFERS]),
        What.MISSING_THERE: say("{number} no longer listed", number=counts[What.MISSING_THERE]),
    }
    parts = [words for what, words in said.items() if counts[what]]
    return say(
        "{kinds}: {found}, where the mirror holds {mirrored}. More than {share} is not "
        "believed without two people.",
        kinds=f"{kind.capitalize()}s",
        found=", ".join(parts),
        mirrored=mirrored,
        share=f"{limits.share:.0%}",
    )
