"""How the programme runs: whether it may send, what it knows of the provider, what is due."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from accounts_app.models.guards import Kept
from accounts_app.models.texts import Words


class Pause(Kept):
    """A time in which nothing is sent to the provider; `ended_at` is empty while it lasts.

    Reading, settling and the intake of webhooks go on. `person` is who paused, or the programme.
    """

    class Cause(models.TextChoices):
        """Why sending stopped."""

        CREDENTIALS = "credentials", gettext_lazy("The provider refuses our credentials")
        CLOCK = "clock", gettext_lazy("Our clock and the provider's differ")
        CHAIN = "chain", gettext_lazy("The audit chain does not verify")
        MAINTENANCE = "maintenance", gettext_lazy("Maintenance")
        HAND = "hand", gettext_lazy("Paused by hand")

    cause = models.CharField(max_length=16, choices=Cause)
    reason = Words()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("paused by"),
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = Words("why it ended", blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-id"]
        permissions = [
            ("pause_sending", "Can stop all sending to the provider"),
            ("resume_sending", "Can let sending go on"),
        ]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(ended_at=None), name="one_pause_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}, since {self.started_at:%Y-%m-%d %H:%M} UTC"


class Contact(Kept):
    """What all processes together know of the way to the provider; one row.

    `failing_since` is empty while the provider answers. `next_try_at` is when the next read may be
    tried while it does not, `next_read_at` the next free place among the reads of a second.
    `clock_offset` is the provider's clock minus ours, `token_at` when a process last got a token.
    """

    last_answer_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    next_read_at = models.DateTimeField(null=True, blank=True)
    clock_offset = models.DurationField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    token_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return "Contact with the provider"


class Job(Kept):
    """Work that comes round by itself: when it is due, who has it, and how it last ended."""

    name = models.CharField(max_length=32, unique=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Census(Kept):
    """The last count of the accounts of a large programme; one row. Months are named `2026-03`."""

    taken_at = models.DateTimeField()
    by_status = models.JSONField(default=dict)
    opened = models.JSONField(default=dict)
    closed = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"The accounts, counted {self.taken_at:%Y-%m-%d %H:%M} UTC"


class RefusedDelivery(Kept):
    """How many deliveries of one source were refused in an hour for one reason.

    Their content is not kept: `last_digest` is SHA-256 of the first kilobyte of the last one, to
    recognise it by. `in_second` is how many it were in the last `second` that had one.
    """

    hour = models.DateTimeField()
    reason = models.CharField(max_length=64)
    source = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField(default=0)
    second = models.BigIntegerField(default=0)
    in_second = models.PositiveIntegerField(default=0)
    last_digest = models.CharField(max_length=64, blank=True)
    last_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = gettext_lazy("refused deliveries")
        ordering = ["-hour", "reason"]
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "reason", "source"], name="one_row_per_hour_reason_and_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason}, {self.source}, {self.hour:%Y-%m-%d %H}:00 UTC"
