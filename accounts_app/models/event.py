"""What the provider's webhooks brought: stored word for word, acknowledged, looked into later."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.texts import Line


class WebhookEvent(Kept):
    """One event by its id and exact body; `deliveries` counts how often it came.

    An event's word is never taken for the entity's state: it makes us read the entity.
    The row is the queue: `next_at` says when the read is due, `lease_until` that somebody is at it
    until then. `open_answers` counts the answers that left the event open, `attempts` all looks.
    """

    class State(models.TextChoices):
        """Where the event stands."""

        PENDING = "pending", _("waiting to be looked into")
        DONE = "done", _("looked into")
        RECORDED = "recorded", _("kept for the timeline")
        PARKED = "parked", _("Parked")

    event_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    nonce = models.CharField(
        max_length=64,
        blank=True,
        help_text=_(
            "SHA-256 of the last delivery's key id and nonce, where its signature has one."
        ),
    )
    type = Line(max_length=64, db_index=True)
    entity_kind = models.CharField(max_length=16)
    entity_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(
        null=True, blank=True, help_text=_("The account whose timeline shows it.")
    )
    claimed_status = Line(max_length=64, blank=True)
    claimed_revision = models.BigIntegerField(
        null=True,
        blank=True,
        help_text=_("The payload's updatedAt in microseconds, where plausible."),
    )
    body = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    last_received_at = models.DateTimeField(default=timezone.now)
    deliveries = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    open_answers = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = Line(max_length=255, blank=True)
    is_conflicting = models.BooleanField(
        "conflicting", default=False, help_text=_("The same event id came with another body.")
    )

    class Meta:
        default_permissions = ("view",)
        permissions = [("look_again", "Can have events looked into again")]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "digest"], name="one_row_per_event_body")
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(state="pending"), name="pending_events"
            ),
            models.Index(fields=["id"], condition=models.Q(state="parked"), name="parked_events"),
            models.Index(
                fields=["id"], condition=models.Q(state="recorded"), name="recorded_events"
            ),
            # Few wait at a time, however many an entity had.
            models.Index(
                fields=["entity_kind", "entity_id"],
                condition=models.Q(state="pending"),
                name="pending_of_entity",
            ),
            models.Index(
                fields=["id"], condition=models.Q(is_conflicting=True), name="conflicting_events"
            ),
            models.Index(fields=["entity_kind", "entity_id", "-received_at", "-id"]),
            models.Index(fields=["account_id", "-received_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class Nonce(Kept):
    """A nonce that the provider signed with, and the digest of the body it came with.

    A trigger on the events adds the rows and refuses a nonce that comes with another body: so it
    costs a delivery no statement, and two at the same moment cannot both pass.
    """

    digest = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest
