"""What one person did alone, and the second person who looked at it afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts_app.models.guards import Kept
from accounts_app.models.operation import Operation
from accounts_app.models.texts import Words


class Review(Kept):
    """An operation that nobody had to agree to: due to be looked at, then ticked by another person.

    The maker stands here too, so that the database itself refuses them as the reviewer.
    """

    operation = models.OneToOneField(Operation, models.PROTECT, related_name="review")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    maker_subject = models.CharField(max_length=255)
    due_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewer_subject = models.CharField(max_length=255, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    note = Words(blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-id"]
        permissions = [("tick_review", "Can look at what one person did alone, and tick it")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer=None)
                | (~Q(reviewer=F("maker")) & ~Q(reviewer_subject=F("maker_subject"))),
                name="reviewer_is_not_maker",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=None, reviewed_at=None)
                | Q(reviewer__isnull=False, reviewed_at__isnull=False),
                name="a_review_has_a_reviewer_and_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(reviewed_at=None), name="reviews_that_wait")
        ]

    def __str__(self) -> str:
        return f"Review {self.pk}"
