"""The audit tables: every act and outcome, each entry sealed by the hash of the one before."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import AppendOnly
from accounts_app.models.texts import Words


class AuditEntry(AppendOnly):
    """One act of a person or one outcome, with who, why, what was before and what came of it.

    `hash` is SHA-256 over the previous entry's hash and this entry's canonical JSON; `sequence`
    has no gaps. accounts_app.audit writes and verifies it. `format` says which facts are sealed,
    and how (accounts_app.sealing). Who acted is kept as they were then: name, subject, roles. How
    they had signed in, their address and their request are empty for what no request asked for.
    """

    sequence = models.BigIntegerField(primary_key=True)
    format = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=150)
    actor_subject = models.CharField("person", max_length=255, blank=True)
    roles = models.CharField(max_length=255, blank=True)
    strength = models.CharField(_("signed in with"), max_length=64, blank=True)
    source = models.CharField("address", max_length=64, blank=True)
    request_id = models.CharField("request", max_length=64, blank=True)
    action = models.CharField(max_length=64, db_index=True)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    operation = models.ForeignKey(
        "Operation", models.PROTECT, null=True, blank=True, related_name="audit_entries"
    )
    reason = Words(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    result = Words(blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        default_permissions = ("view",)
        permissions = [("read_whole_audit", "Can read what others did, not only their own acts")]
        verbose_name_plural = _("audit entries")
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["object_kind", "object_id", "-at", "-sequence"])]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.action}"


class AuditAnchor(AppendOnly):
    """The signed statement that the chain ended with this entry then (services/anchors.py).

    `sequence` is no foreign key: an anchor outlives what it is about.
    """

    sequence = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    key_id = models.CharField("key", max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return f"Anchor on entry {self.sequence}"
