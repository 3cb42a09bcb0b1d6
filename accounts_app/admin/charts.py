"""The start page's charts: bars and columns with their geometry, drawn by the server as SVG.

Each is a table whose cells hold the numbers as links; the drawing beside them adds nothing to read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.utils import dateformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts_app.admin import badges, desk
from accounts_app.models import Account
from accounts_app.services import census
from accounts_app.services.census import Counts

# In the units of the drawings' own boxes.
LONGEST = 200
TALLEST = 60
THINNEST = 2


@dataclass(frozen=True)
class Bar:
    """One number: what it counts, how it is written, its list, and how long it is drawn."""

    badge: SafeString
    number: str
    address: str
    length: int


@dataclass(frozen=True)
class Column:
    """One month: the openings and closings, their lists, how high they are drawn and from where."""

    month: datetime
    opened: str
    opened_address: str
    opened_height: int
    closed: str
    closed_address: str
    closed_height: int

    @property
    def month_name(self) -> str:
        """What the month is called in short: a format of Django's, for every language its own."""
        return dateformat.format(self.month, gettext("M"))

    @property
    def opened_top(self) -> int:
        """Where the openings' column begins, from the top."""
        return TALLEST - self.opened_height

    @property
    def closed_top(self) -> int:
        """Where the closings' column begins, from the top."""
        return TALLEST - self.closed_height


@dataclass(frozen=True)
class Charts:
    """The accounts by status and by month; `counts` says when they were counted."""

    counts: Counts
    bars: list[Bar]
    columns: list[Column]


def of_accounts(person: User | AnonymousUser) -> Charts | None:
    """Draw the accounts for who may see them; None as well while many were not counted yet."""
    counts = census.look() if person.has_perm("accounts_app.view_account") else None
    return Charts(counts, list(_bars(counts)), list(_columns(counts))) if counts else None


def _bars(counts: Counts) -> Iterable[Bar]:
    known = [status for status in badges.STATUSES if status in Account.KNOWN_STATUSES]
    unknown = sorted(counts.by_status.keys() - set(known))
    most = max(counts.by_status.values(), default=0)
    for status in [*known, *unknown]:
        number = counts.by_status.get(status, 0)
        address = desk.list_of("account", status=status)
        length = _drawn(number, most, LONGEST)
        yield Bar(badges.of_status(status, "account"), desk.written(number), address, length)


def _columns(counts: Counts) -> Iterable[Column]:
    most = max([*counts.opened, *counts.closed], default=0)
    for month, opened, closed in zip(counts.months, counts.opened, counts.closed, strict=True):
        yield Column(
            month=month,
            opened=desk.written(opened),
            opened_address=desk.list_of("account", **_within("created_at", month)),
            opened_height=_drawn(opened, most, TALLEST),
            closed=desk.written(closed),
            closed_address=desk.list_of(
                "account", status=census.CLOSED, **_within("updated_at", month)
            ),
            closed_height=_drawn(closed, most, TALLEST),
        )


def _within(column: str, month: datetime) -> dict[str, datetime]:
    return {f"{column}__gte": month, f"{column}__lt": census.month_after(month)}


def _drawn(number: int, most: int, full: int) -> int:
    """Return how long a number is drawn; what there is at all can be seen."""
    return max(THINNEST, round(number / most * full)) if number else 0
