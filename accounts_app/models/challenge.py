"""The messages that owners must sign before the provider proceeds."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.mirrored import Account, Customer


class Challenge(Kept):
    """A challenge the provider issued for an account or a new customer.

    Kept whole only while it can be signed. At most one waits for each of them: the provider voids
    the earlier ones whenever it issues a new one.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting for the owner")
        SIGNED = "signed", _("Signed")
        REPLACED = "replaced", _("Replaced")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="challenges"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="challenges"
    )
    text = models.TextField(
        help_text=_("Base64, exactly as issued; its last 8 characters once done.")
    )
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-received_at"]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(state="waiting"),
                name="waiting_challenges",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state="waiting"),
                name="one_waiting_challenge_per_account",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="waiting"),
                name="one_waiting_challenge_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(account=None, customer__isnull=False)
                | Q(account__isnull=False, customer=None),
                name="challenge_of_an_account_or_a_customer",
            ),
        ]

    @property
    def subject(self) -> Account | Customer:
        """What it was issued for."""
        found = self.account or self.customer
        assert found is not None, "the database demands one"  # noqa: S101
        return found

    def __str__(self) -> str:
        return f"challenge {self.digest[:8]} ({self.state})"
