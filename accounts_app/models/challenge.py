"""The messages that owners must sign before the provider proceeds."""

import uuid

from django.db import models

from accounts_app.models.guards import Kept
from accounts_app.models.mirrored import Account


class Challenge(Kept):
    """A challenge the provider issued for an account, kept whole only while it can be signed.

    At most one waits per account: the provider voids the earlier ones whenever it issues a new one.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "waiting for the owner"
        SIGNED = "signed"
        REPLACED = "replaced"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="challenges")
    text = models.TextField(help_text="Base64, exactly as issued; its last 8 characters once done.")
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state="waiting"),
                name="one_waiting_challenge_per_account",
            )
        ]

    def __str__(self) -> str:
        return f"challenge {self.digest[:8]} ({self.state})"
