"""Changes that people make to our webhook subscription at the provider."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.texts import Words


class SubscriptionChange(Kept):
    """One change, kept before it is sent; `ended_at` is empty while its end is not known.

    The address it is about may hold our secret path, so it is not kept: it follows from the
    settings. `key` is the idempotency key of every sending of it.
    """

    class Kind(models.TextChoices):
        """What is changed."""

        CREATE = "create", _("Create our subscription")
        REPAIR = "repair", _("Repair the subscription")
        REMOVE = "remove", _("Remove the subscription")

    class Result(models.TextChoices):
        """What the provider showed when it was read afterwards."""

        DONE = "done", _("done")
        NOT_DONE = "not_done", _("not done")
        UNKNOWN = "unknown", _("outcome unknown")

    kind = models.CharField(max_length=16, choices=Kind)
    subscription_id = models.UUIDField(null=True, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = Words()
    form_number = models.UUIDField(unique=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        permissions = [("manage_subscription", "Can change our subscription at the provider")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.asked_at:%Y-%m-%d %H:%M} UTC"
