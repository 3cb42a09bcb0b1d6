"""What went wrong with the programme itself and a person has to look into."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.texts import Words


class Incident(Kept):
    """Something that should never be so; one of a kind is open at a time, counted while it lasts.

    `ended_at` is empty while nobody has dealt with it, or, where the programme itself can tell,
    while it is still so.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        SUBSCRIPTION = "subscription", _("The webhook subscription is not ours")
        CARD_NUMBER = "card_number", _("A card number was about to be stored")

    kind = models.CharField(max_length=32, choices=Kind)
    words = Words()
    number = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_note = Words("what was done", blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-id"]
        permissions = [("end_incident", "Can say that an incident is dealt with")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(ended_at=None),
                name="one_open_incident_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
