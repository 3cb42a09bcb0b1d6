"""The provider's timestamps: one instant has several spellings, and compares as an integer."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True)
class Instant:
    """A point in time as the provider wrote it, cut (not rounded) to microseconds.

    GET answers carry six fraction digits, POST answers and webhooks nine, for the same instant.
    """

    text: str
    at: datetime

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read an RFC 3339 timestamp with its offset; raises ValueError on anything else."""
        if not isinstance(text, str) or not _RFC3339.fullmatch(text):
            raise ValueError("not a timestamp with date, time and offset")
        try:
            # Of the fraction it reads six digits and passes over the others.
            return cls(text, datetime.fromisoformat(text).astimezone(UTC))
        except OverflowError as error:
            raise ValueError("a timestamp outside the calendar") from error

    @property
    def microseconds(self) -> int:
        """Microseconds since 1970, computed with integers."""
        return (self.at - _EPOCH) // _MICROSECOND
