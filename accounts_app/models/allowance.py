"""How often something happened within a time, counted by all processes together."""

from django.db import models


class Allowance(models.Model):
    """How often something named by `key` happened until `ends_at`; dropped once that is over."""

    key = models.CharField(max_length=128, unique=True)
    number = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
