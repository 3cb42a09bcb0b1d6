"""Columns for what people and the provider write: no card number ever gets into them.

The second line: whoever types one is told so at the edge, and it is masked there already.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from accounts_app.offblocks import card_numbers


class _Masked(models.Field):  # type: ignore[type-arg]  # of whatever it is mixed into
    """Masks card numbers whenever a value goes to the database."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Let the instance hold what its row holds."""
        value = super().pre_save(model_instance, add)
        masked = card_numbers.mask(value) if isinstance(value, str) else value
        setattr(model_instance, self.attname, masked)
        return masked

    def get_prep_value(self, value: Any) -> Any:
        """Mask for updates as well, and for what is looked for."""
        prepared = super().get_prep_value(value)
        return card_numbers.mask(prepared) if isinstance(prepared, str) else prepared

    def deconstruct(self) -> Any:
        """Be Django's own field to migrations: the column is the same."""
        name, _, arguments, options = super().deconstruct()
        return name, f"django.db.models.{type(self).__bases__[1].__name__}", arguments, options


if TYPE_CHECKING:
    # To the checker they are Django's own: it knows what those give and take.
    Words = models.TextField
    Line = models.CharField
else:

    class Words(_Masked, models.TextField):
        """A text of any length."""

    class Line(_Masked, models.CharField):
        """A text of limited length."""
