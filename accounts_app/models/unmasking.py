"""That somebody asked to see a customer's personal fields in full, why, and until when."""

from django.conf import settings
from django.db import models

from accounts_app.models.guards import AppendOnly
from accounts_app.models.mirrored import Customer
from accounts_app.models.texts import Words


class Unmasking(AppendOnly):
    """One person's sight of one customer, for a while; the audit has the entry."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    reason = Words()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        permissions = [("unmask_customer", "Can see personal fields in full, for a reason")]
        indexes = [models.Index(fields=["person", "until"], name="unmaskings_of_a_person")]

    def __str__(self) -> str:
        return f"Unmasking {self.pk}"
