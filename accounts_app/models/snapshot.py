"""What the provider said about an entity, word for word, and where it contradicted itself."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import AppendOnly, Kept
from accounts_app.models.mirrored import EntityKind
from accounts_app.models.texts import Line


class Source(models.TextChoices):
    """How we came to ask."""

    OPERATION = "operation", _("an operation")
    REFRESH = "refresh", _("a refresh by staff")
    WEBHOOK = "webhook", _("a read after a webhook")
    SYNC = "sync", _("a full comparison")


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
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-id"]
        permissions = [("export_evidence", "Can take evidence packs out of the system")]
        indexes = [
            models.Index(fields=["entity_kind", "entity_id", "-id"]),
            models.Index(fields=["entity_kind", "entity_id", "-recorded_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.entity_kind} {self.entity_id} {self.status}"


class Discrepancy(Kept):
    """The provider contradicted what must not change, or an event what the provider shows.

    `what` names the fact: `status` (a final state was left), `customer_id` or `account_id` (another
    owner), `existence` (no longer known), `answer` (asked about it, the provider answered about
    another), or `event` with what an event claimed. While one is open
    (`resolved_at` is empty) the mirror keeps what it held and every operation on the entity is
    refused. `agreed_at` is when the provider last agreed with the mirror again; only two people
    end it, by the Resolution whose verdict is kept here.
    """

    class ToldBy(models.TextChoices):
        """Whose word stands against what we hold."""

        READ = "read", _("the provider's own answer")
        EVENT = "event", _("a webhook event")

    entity_kind = models.CharField(max_length=16, choices=EntityKind)
    entity_id = models.UUIDField()
    what = models.CharField(max_length=64)
    held = Line(max_length=255)
    told = Line(max_length=255)
    told_by = models.CharField(max_length=16, choices=ToldBy, default=ToldBy.READ)
    event = models.ForeignKey(
        "WebhookEvent", models.PROTECT, null=True, blank=True, related_name="discrepancies"
    )
    found_at = models.DateTimeField(auto_now_add=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=16, blank=True)

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
