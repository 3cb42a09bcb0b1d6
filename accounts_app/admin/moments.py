"""How times are written on every page: in UTC, and how long something lasts."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext

from accounts_app.admin import words

A_MINUTE = timedelta(minutes=1)


def moment(at: datetime | None) -> SafeString | str:
    """Write a time in UTC, to the second on hover; times.js adds the reader's own beside it."""
    if at is None:
        return words.NOTHING
    return format_html(
        '<time class="moment" datetime="{}" title="{} UTC">{}</time>',
        at.isoformat(),
        f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        minute(at),
    )


def exact(at: datetime) -> SafeString:
    """Write a time in UTC to the second."""
    return format_html(
        '<time class="moment" datetime="{}">{}</time>',
        at.isoformat(),
        f"{dateformat.format(at.astimezone(UTC), gettext('d M Y, H:i:s'))} UTC",
    )


def minute(at: datetime) -> str:
    """Return a time in UTC, to the minute."""
    return _minute(at.astimezone(UTC).replace(second=0, microsecond=0), get_language())


# A page tells the same few minutes again and again: what was asked, answered and recorded at once.
@lru_cache(maxsize=1024)
def _minute(at: datetime, _language: str | None) -> str:
    return f"{dateformat.format(at, gettext('d M Y, H:i'))} UTC"


def time_of_day(at: datetime) -> str:
    """Return a time in UTC, to the minute; its day too unless that is today."""
    there = at.astimezone(UTC)
    is_today = there.date() == timezone.now().astimezone(UTC).date()
    return f"{there:%H:%M} UTC" if is_today else minute(at)


def lasting(since: datetime, until: datetime | None = None, depth: int = 2) -> str:
    """Say how long it is from one time to another, or to now."""
    if (until or timezone.now()) - since < A_MINUTE:
        return gettext("less than a minute")
    return timesince(since, until, depth=depth)
