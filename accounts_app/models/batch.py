"""What staff ask for many entities at once, and what came of each of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.mirrored import EntityKind
from accounts_app.models.operation import Operation
from accounts_app.models.texts import Line, Words


class Batch(Kept):
    """One thing asked for several entities at once, with one reason for all of them.

    `earlier` is the batch whose failed items this one repeats. How far it is, its items tell.
    """

    class Kind(models.TextChoices):
        """What may be asked for many at once; close and reactivate never are."""

        DEACTIVATE = "deactivate", _("Deactivate")
        REFRESH = "refresh", _("Refresh")

    kind = models.CharField(max_length=16, choices=Kind)
    entity_kind = models.CharField(max_length=16, choices=EntityKind)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    cause = models.CharField(max_length=16, blank=True)
    reason = Words(blank=True)
    reference = Line(_("case reference"), max_length=64, blank=True)
    form_number = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats"
    )

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Batch {self.pk}"


class BatchItem(Kept):
    """One entity of a batch: what its maker saw of it, and what came of it.

    With an operation, that tells how it stands. Otherwise the row is the queue: `next_at` says when
    the read is due and `lease_until` that somebody is at it until then. `why` says what stood in
    the way or what the read brought, `changed` maps field to [before, after].
    """

    class State(models.TextChoices):
        """Where the item stands."""

        REFUSED = "refused", _("Refused")
        ASKED = "asked", _("Asked for")
        WAITING = "waiting", _("Waiting to be read")
        DONE = "done", _("Read")
        FAILED = "failed", _("Not read")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="items")
    entity_id = models.UUIDField()
    revision = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State)
    operation = models.OneToOneField(
        Operation, models.PROTECT, null=True, blank=True, related_name="batch_item"
    )
    why = Words(blank=True)
    changed = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "entity_id"], name="one_item_per_entity_and_batch"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", operation__isnull=False)
                | (~Q(state="asked") & Q(operation__isnull=True)),
                name="what_was_asked_for_is_an_operation",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="due_batch_items")
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} in batch {self.batch_id}"
