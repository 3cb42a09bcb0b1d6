"""The forms in which two people end something: one proposes, the other decides."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from accounts_app.admin import matters
from accounts_app.admin.forms import REASON_LENGTH, PlainForm
from accounts_app.models import Operation
from accounts_app.services import proof, subjects
from accounts_app.services.subjects import Subject

HIDDEN = ("form_number", "seen")
GOOD_EVIDENCE = gettext_lazy(
    "What proves it: the provider's own reference, who there said it, and when. For instance: "
    "“OffBlocks support, ticket 4711, Jane Doe, 12 May 14:05: {}” "
    "Kept for good; the second person and auditors read it."
)
FOR_INSTANCE = {
    "operation": gettext_lazy("the request was never executed."),
    "discrepancy": gettext_lazy("closed by mistake, opened again on 11 May."),
    "reconciliation": gettext_lazy("60 test accounts were taken out of the programme."),
}


class ProposeForm(PlainForm):
    """How something is proposed to end, and what proves it.

    The hidden fields make the form count once and say what its reader saw.
    """

    verdict = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it ends.")},
    )
    made_id = forms.ChoiceField(
        label=gettext_lazy("What this operation made"), widget=forms.RadioSelect, required=False
    )
    evidence = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Give the evidence: reference, who said it, and when.")
        },
    )
    form_number = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, subject: Subject, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.subject = subject
        self.initial = {"form_number": uuid.uuid4(), "seen": subjects.seen_digest(subject)}
        for_instance = FOR_INSTANCE[subjects.field_of(subject)]
        self.fields["evidence"].help_text = GOOD_EVIDENCE.format(for_instance)
        self._offer("verdict", matters.verdicts(subject))
        obstacles = matters.obstacles(subject)
        self.not_offered = [
            (matters.label_of(verdict, subject), why) for verdict, why in obstacles.items()
        ]
        # Only drawn fewer: what is sent all the same is refused where the reason is known.
        drawn = [choice for choice in matters.verdicts(subject) if choice[0] not in obstacles]
        self.fields["verdict"].widget.choices = drawn
        self.can_be_sent = bool(drawn or self.is_bound)
        candidates = proof.candidates(subject) if isinstance(subject, Operation) else []
        if candidates:
            self._offer("made_id", matters.made_choices(candidates))
        else:
            del self.fields["made_id"]

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "it is declared as one"  # noqa: S101
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for the form again when what the page had put into it is missing."""
        if any(name in self.errors for name in HIDDEN):
            self.renew()
            self.add_error(
                None, gettext("The page was incomplete: nothing was proposed. Send it again.")
            )
        return self.cleaned_data

    def entries(self) -> dict[str, Any]:
        """Return what is proposed, once the form is valid."""
        picked = self.cleaned_data.get("made_id")
        return {
            **{name: self.cleaned_data[name] for name in ("verdict", "evidence", *HIDDEN)},
            "made_id": uuid.UUID(picked) if picked else None,
        }

    def renew(self) -> None:
        """Give the page what is so now and keep what was typed."""
        renewed = {name: self.data[name] for name in self.data}
        renewed["seen"] = subjects.seen_digest(self.subject)
        if "form_number" in self.errors:
            renewed["form_number"] = str(uuid.uuid4())
        self.data = renewed


class ConfirmForm(PlainForm):
    """A second person's decision about exactly the proposal that was shown."""

    note = forms.CharField(
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Optional when you confirm. When you reject, say why: the proposer reads it."
        ),
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=[("confirm", gettext_lazy("Confirm")), ("reject", gettext_lazy("Reject"))]
    )
