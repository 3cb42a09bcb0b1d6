"""What the provider said about an entity, word for word, and where it contradicted itself."""

from django.db import models

from accounts_app.models.guards import AppendOnly, Kept
from accounts_app.models.mirrored import EntityKind


class Source(models.TextChoices):
    """How we came to ask."""

    OPERATION = "operation", "an operation"
    REFRESH = "refresh", "a refresh by staff"
    WEBHOOK = "webhook", "a read after a webhook"
    SYNC = "sync", "a full comparison"


class Snapshot(AppendOnly):
    """A verbatim representation we once saw; one is added only when something changed.

    `asked_at` is our clock when the request was sent, `changed` maps field to [before, after].
    """

    entity_kind = models.CharField(max_length=16, choices=EntityKind)
    entity_id = models.UUIDField()
    representation = models.TextField()
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=64)
    revision = models.BigIntegerField()
    source = models.CharField(max_length=16, choices=Source)
    operation = models.ForeignKey(
        "Operation", models.PROTECT, null=True, blank=True, related_name="snapshots"
    )
    changed = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [models.Index(fields=["entity_kind", "entity_id", "-id"])]

    def __str__(self) -> str:
        return f"{self.entity_kind} {self.entity_id} {self.status}"


class Discrepancy(Kept):
    """The provider contradicted what must not change: a final state, or an account's owner.

    While one is open (`resolved_at` is empty) the mirror keeps the earlier truth and every
    operation on the entity is refused.
    """

    entity_kind = models.CharField(max_length=16, choices=EntityKind)
    entity_id = models.UUIDField()
    what = models.CharField(max_length=64)
    held = models.CharField(max_length=255)
    told = models.CharField(max_length=255)
    found_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = "discrepancies"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity_kind", "entity_id", "what"],
                condition=models.Q(resolved_at=None),
                name="one_open_discrepancy_per_fact",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity_kind} {self.entity_id}: {self.what} was {self.held}, told {self.told}"
