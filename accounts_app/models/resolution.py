"""What two people decide together about something that no machine can end."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.operation import Operation
from accounts_app.models.reconciliation import Reconciliation
from accounts_app.models.snapshot import Discrepancy
from accounts_app.models.texts import Words

SUBJECTS = ("operation", "discrepancy", "reconciliation")


def _exactly_one() -> Q:
    """Say that exactly one of the subjects is named."""
    choices = Q()
    for chosen in SUBJECTS:
        choices |= Q(**{f"{name}__isnull": name != chosen for name in SUBJECTS})
    return choices


class Resolution(Kept):
    """One person's proposal how something ends, its evidence, and a second person's decision.

    It is about exactly one operation that needs people, one discrepancy, or one held comparison.
    `digest` binds the decision to what the proposer wrote and saw. `made_id` names what
    a creation made, where several could be it.
    """

    class Verdict(models.TextChoices):
        """What is proposed; which ones fit depends on what it is about."""

        SUCCEEDED = "succeeded", _("It took effect at the provider")
        NOT_APPLIED = "not_applied", _("It did not take effect at the provider")
        FOLLOW = "follow", _("Take the provider's word")
        KEEP = "keep", _("Keep what we hold")
        NOTED = "noted", _("Noted")
        APPLY = "apply", _("Take the differences over")
        DISCARD = "discard", _("Discard the comparison")

    class State(models.TextChoices):
        """Where the proposal stands."""

        PROPOSED = "proposed", _("Waiting for a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="resolutions"
    )
    discrepancy = models.ForeignKey(
        Discrepancy, models.PROTECT, null=True, blank=True, related_name="resolutions"
    )
    reconciliation = models.ForeignKey(
        Reconciliation, models.PROTECT, null=True, blank=True, related_name="resolutions"
    )
    verdict = models.CharField(max_length=16, choices=Verdict)
    evidence = Words()
    made_id = models.UUIDField(null=True, blank=True)
    digest = models.CharField(max_length=64)
    form_number = models.UUIDField(unique=True)
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED, db_index=True)
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposer_subject = models.CharField(max_length=255)
    # Which session it was proposed from, as a digest: nobody agrees in that session.
    proposer_seat = models.CharField(max_length=64, blank=True)
    # Which passkey that session had shown, as a digest: nobody agrees with the same one.
    proposer_device = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField()
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decider_subject = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = Words("decider's note", blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "proposal"
        ordering = ["-id"]
        permissions = [
            ("propose_resolution", "Can propose how something that needs people ends"),
            ("confirm_resolution", "Can confirm or reject another person's proposal"),
        ]
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="resolution_of_one_thing"),
            models.CheckConstraint(
                condition=Q(decider=None)
                | (~Q(decider=F("proposer")) & ~Q(decider_subject=F("proposer_subject"))),
                name="proposer_is_not_decider",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "rejected"), decider=None),
                name="no_resolution_without_a_decider",
            ),
        ] + [
            models.UniqueConstraint(
                fields=[name],
                condition=Q(state="proposed"),
                name=f"one_open_resolution_per_{name}",
            )
            for name in SUBJECTS
        ]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"

    @property
    def subject(self) -> Operation | Discrepancy | Reconciliation:
        """What it is about."""
        found = self.operation or self.discrepancy or self.reconciliation
        assert found is not None, "the database demands one"  # noqa: S101
        return found
