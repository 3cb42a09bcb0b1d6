"""The form on the page that asks for one thing about many rows."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts_app.admin import words
from accounts_app.admin.forms import (
    LARGEST_REVISION,
    PlainForm,
    cause_field,
    reason_field,
    reference_field,
)
from accounts_app.models import Batch, EntityKind
from accounts_app.services import causes
from accounts_app.services.batches import AskedForMany, Chosen


class BulkForm(PlainForm):
    """The reason for all, and the rows as the page showed them: `item` or `left_out`."""

    cause = cause_field()
    reason = reason_field()
    reference = reference_field()
    form_number = forms.UUIDField(widget=forms.HiddenInput)
    earlier = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, kind: Batch.Kind, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.kind = kind
        if kind == Batch.Kind.REFRESH:
            # Reading changes nothing, so it may go without.
            self.fields["reason"].required = False
            self.fields["reason"].help_text = _("Optional: reading changes nothing.")

    @classmethod
    def fresh(cls, kind: Batch.Kind, earlier: Batch | None) -> "BulkForm":
        """Return the form to be filled in; what repeats a batch begins with that one's reason."""
        initial: dict[str, Any] = {"form_number": uuid.uuid4()}
        if earlier:
            initial |= {"earlier": earlier.pk, "reason": earlier.reason}
            initial |= {"cause": earlier.cause, "reference": earlier.reference}
        return cls(kind, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Ask for the form again when what the page had put into it is missing."""
        if "form_number" in self.errors:
            renewed = QueryDict(mutable=True)
            for name in self.data:
                renewed.setlist(name, self._spelt(name))
            renewed["form_number"] = str(uuid.uuid4())
            self.data = renewed
            sentence = _("The page was incomplete: nothing was asked for. Send it again.")
            self.add_error(None, sentence)
        return self.cleaned_data

    @property
    def chosen(self) -> list[Chosen]:
        """The rows of the page; what does not spell one is left out."""
        spelt = [(one, False) for one in self._spelt("item")]
        spelt += [(one, True) for one in self._spelt("left_out")]
        found = (_chosen(text, is_left_out) for text, is_left_out in spelt)
        return [one for one in found if one]

    def _spelt(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def asked(self, entity_kind: EntityKind, earlier: Batch | None) -> AskedForMany:
        """Return what was asked for, once the form is valid."""
        return AskedForMany(
            kind=self.kind,
            entity_kind=entity_kind,
            chosen=tuple(self.chosen),
            form_number=self.cleaned_data["form_number"],
            reason=self.cleaned_data["reason"],
            cause=self.cleaned_data["cause"] or causes.OTHER,
            reference=self.cleaned_data["reference"],
            earlier=earlier,
        )


def _chosen(text: str, is_left_out: bool) -> Chosen | None:
    """Read `id:revision` as the page wrote it."""
    number, _colon, revision = text.partition(":")
    id = words.uuid_of(number)
    is_revision = revision.isascii() and revision.isdecimal() and len(revision) < 20
    if id is None or not is_revision or int(revision) > LARGEST_REVISION:
        return None
    return Chosen(id, int(revision), is_left_out)
