"""Full comparisons of the mirror with the provider, and every difference they found."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts_app.models.event import WebhookEvent
from accounts_app.models.guards import Kept
from accounts_app.models.mirrored import EntityKind
from accounts_app.models.texts import Words


class Reconciliation(Kept):
    """One comparison of the whole mirror with the provider's lists.

    `counts` maps entity kind to numbers (`mirrored`, `listed`, and one per sort of difference).
    `digest` binds a decision about a held plan to exactly that plan; `why_held` says what made it
    implausible, in words for the person who decides. `lease_until` is renewed while it runs: one
    that ran out belongs to a process that is gone. A waiting one has no start of its own yet, so
    `started_at` says when it was asked for.
    """

    class Trigger(models.TextChoices):
        """What started it."""

        SCHEDULE = "schedule", _("by schedule")
        OUTAGE = "outage", _("after an outage")
        STAFF = "staff", _("by staff")
        COMMAND = "command", _("by command")

    class State(models.TextChoices):
        """How it stands."""

        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Reading the provider's lists")
        EQUAL = "equal", _("Equal")
        APPLIED = "applied", _("Differences taken over")
        HELD = "held", _("Held for two people")
        DISCARDED = "discarded", _("Discarded")
        CHECKED = "checked", _("Differences found, nothing taken over")
        FAILED = "failed", _("Not finished")

    trigger = models.CharField(max_length=16, choices=Trigger)
    starter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.RUNNING, db_index=True)
    started_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    why_held = Words(blank=True)
    failure = Words(blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "comparison"
        ordering = ["-id"]
        permissions = [("run_reconciliation", "Can compare the mirror with the provider")]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state__in=("waiting", "running")),
                name="one_comparison_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Comparison {self.pk}"


class Drift(Kept):
    """One difference between mirror and provider, found by a comparison.

    `changed` maps field to [mirror, provider]; `since` is the provider's own time of the change.
    `event` is the webhook that told of it, empty when none ever came. `outcome` is what the mirror
    made of `representation`, empty while the plan is held or was only checked.
    """

    class What(models.TextChoices):
        """The sort of difference."""

        MISSING_HERE = "missing_here", _("not in the mirror")
        DIFFERS = "differs", "differs"
        MISSING_THERE = "missing_there", _("not known to the provider")

    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT, related_name="drifts")
    entity_kind = models.CharField(max_length=16, choices=EntityKind)
    entity_id = models.UUIDField()
    what = models.CharField(max_length=16, choices=What)
    changed = models.JSONField(default=dict)
    representation = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    since = models.DateTimeField(null=True, blank=True)
    event = models.ForeignKey(
        WebhookEvent, models.PROTECT, null=True, blank=True, related_name="drifts"
    )
    outcome = models.CharField(max_length=32, blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "difference"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reconciliation", "entity_kind", "entity_id"],
                name="one_difference_per_entity_and_comparison",
            )
        ]
        indexes = [models.Index(fields=["entity_kind", "entity_id", "-asked_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.entity_kind} {self.entity_id} {self.get_what_display()}"
