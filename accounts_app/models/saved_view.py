"""The lists as people like to see them: a filter, an order and a search under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.texts import Line, Words


class SavedView(Kept):
    """One person's name for a list's query; `hidden_at` is when they took it away.

    A view is a preference and no evidence, yet its row stays: others may hold a link to it, and
    every other table keeps what it has. It is only no longer offered.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    list = models.CharField(max_length=100, help_text=_("The model listed, as app.model."))
    name = Line(max_length=60)
    query = Words(blank=True)
    is_default = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        permissions = [
            ("export_lists", "Can take a list out as a file"),
            ("export_audit_lists", "Can take the lists of the audit out as a file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "list", "name"],
                condition=models.Q(hidden_at=None),
                name="one_view_of_a_name",
            ),
            models.UniqueConstraint(
                fields=["person", "list"],
                condition=models.Q(is_default=True, hidden_at=None),
                name="one_default_view_of_a_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name
