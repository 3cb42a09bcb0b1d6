"""That a customer asked to have their personal data erased, and what they were told."""

from django.conf import settings
from django.db import models

from accounts_app.models.guards import AppendOnly
from accounts_app.models.mirrored import Customer
from accounts_app.models.texts import Line, Words


class ErasureRequest(AppendOnly):
    """One request and its answer, which is final: a later request is a row of its own.

    `kept_until` is when the legal term ends; empty while it has not begun.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="erasure_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = Words("what the customer asked for")
    reference = Line("case reference", max_length=64, blank=True)
    at = models.DateTimeField()
    kept_until = models.DateTimeField(null=True, blank=True)
    is_refused = models.BooleanField()
    answer = Words()

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        permissions = [("record_erasure", "Can record that a customer asks to be erased")]

    def __str__(self) -> str:
        return f"Erasure request {self.pk}"
