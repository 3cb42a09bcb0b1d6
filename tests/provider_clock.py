"""What the provider's Date header says: its clock as we see it, right unless a test moves it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from sandbox.server import QuietHandler


def ahead(monkeypatch, **time: float) -> None:
    """Let the provider's clock be so much ahead of ours from now on; negative is behind."""

    def date_time_string(_self: QuietHandler, _timestamp: float | None = None) -> str:
        return format_datetime(datetime.now(UTC) + timedelta(**time), usegmt=True)

    monkeypatch.setattr(QuietHandler, "date_time_string", date_time_string)
