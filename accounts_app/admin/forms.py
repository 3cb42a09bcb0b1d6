"""The forms in which staff ask for operations and decide them."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import pretty_name
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts_app.errors import Refusal
from accounts_app.models import Card
from accounts_app.services import causes, challenges, newcomers
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import Kind, Target

REASON_LENGTH = 2000
REFERENCE_LENGTH = 64
# A smart wallet's signature can be long; this is far beyond any.
SIGNATURE_LENGTH = 8192
HIDDEN = ("form_number", "revision", "challenge")
LARGEST_REVISION = 2**63 - 1  # what the databases hold
PLAIN_TEXT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def cause_field() -> forms.ChoiceField:
    """Return the field for the cause, which lists can be made of."""
    return forms.ChoiceField(
        label=_("Cause"),
        choices=list(causes.LABELS.items()),
        initial=causes.OTHER,
        # Left out it is the first of them; the reason says what it was.
        required=False,
    )


def reason_field() -> forms.CharField:
    """Return the field for why something is asked for; the reason is kept for good."""
    return forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the operation for good. The second person and auditors read it."),
        error_messages={"required": _("Say why: the reason is kept with the operation.")},
    )


def reference_field() -> forms.CharField:
    """Return the field for the ticket or case that something is asked for in."""
    return forms.CharField(
        label=_("Case reference"),
        max_length=REFERENCE_LENGTH,
        required=False,
        help_text=_("Optional: a ticket or case number."),
        widget=forms.TextInput(attrs=PLAIN_TEXT),
    )


class PlainForm(forms.Form):
    """A form that shows a refusal where it belongs, and whose labels end without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = field.label or _(pretty_name(name))

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal on its field, or on top."""
        field = refusal.details.get("field")
        self.add_error(field if field in self.fields else None, refusal.told)


class AskForm(PlainForm):
    """What the ask page wants to know, built from the kind's row.

    The hidden fields make the form count once and say what its reader saw.
    """

    cause = cause_field()
    reason = reason_field()
    reference = reference_field()
    form_number = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, max_value=LARGEST_REVISION, widget=forms.HiddenInput)

    def __init__(self, kind: Kind, target: Target | None, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.kind, self.target = kind, target
        own = {name: field for name in kind.fields for name, field in OWN_FIELDS[name]().items()}
        needs_id = target is not None and kind.is_irreversible
        confirmation = {"confirmation": _confirmation(target)} if target and needs_id else {}
        self.fields = {**own, **self.fields, **confirmation}
        if target is None:
            del self.fields["revision"]
        self.initial = {"form_number": uuid.uuid4(), **self._as_seen_now()}

    def clean(self) -> dict[str, Any]:
        """Ask for the form again when what the page had put into it is missing."""
        if any(name in self.errors for name in HIDDEN):
            self.renew()
            self.add_error(
                None, _("The page was incomplete: nothing was asked for. Send it again.")
            )
        return self.cleaned_data

    def asked(self) -> Asked:
        """Return what was asked for, once the form is valid."""
        entered = self.cleaned_data
        own = {name for field in self.kind.fields for name in OWN_FIELDS[field]()}
        return Asked(
            kind=self.kind.name,
            target_id=self.target.pk if self.target else None,
            reason=entered["reason"],
            form_number=entered["form_number"],
            revision=entered.get("revision", 0),
            cause=entered["cause"] or causes.OTHER,
            reference=entered["reference"],
            confirmation=entered.get("confirmation", ""),
            fields={name: str(entered[name] or "") for name in own},
        )

    def renew(self) -> None:
        """Give the page what is so now and keep what was typed; a confirmation is given anew."""
        typed = {name: self.data[name] for name in self.data}
        renewed = {**typed, **self._as_seen_now(), "confirmation": ""}
        if "form_number" in self.errors:
            renewed["form_number"] = uuid.uuid4()
        self.data = renewed

    def _as_seen_now(self) -> dict[str, Any]:
        if self.target is None:
            return {}
        seen: dict[str, Any] = {"revision": self.target.revision}
        if "challenge" in self.fields and not isinstance(self.target, Card):
            waiting = challenges.current(self.target)
            seen["challenge"] = waiting.pk if waiting else ""
        return seen


def _confirmation(target: Target) -> forms.CharField:
    return forms.CharField(
        label=_("Type the %(kind)s id to confirm") % {"kind": str(target.KIND.label).lower()},
        required=False,
        help_text=_("Enter %(id)s. This cannot be undone.") % {"id": target.pk},
        widget=forms.TextInput(attrs=PLAIN_TEXT),
    )


def _currency() -> dict[str, forms.Field]:
    choices = [(currency, currency) for currency in settings.OFFBLOCKS_CURRENCIES]
    return {"currency": forms.ChoiceField(choices=choices, label=_("Currency of the account"))}


def _signature() -> dict[str, forms.Field]:
    signature = forms.CharField(
        max_length=SIGNATURE_LENGTH,
        label=_("The owner's signature"),
        help_text=_("As hex (0x…) or base64. It is checked here against the owner's wallet."),
        widget=forms.Textarea(attrs={"rows": 3, **PLAIN_TEXT}),
        error_messages={"required": _("Paste the signature the owner made.")},
    )
    return {
        "signature": signature,
        "challenge": forms.UUIDField(required=False, widget=forms.HiddenInput),
    }


def _wallet() -> dict[str, forms.Field]:
    return {
        "chain_id": forms.CharField(
            label=_("Wallet"),
            max_length=255,
            help_text=_(
                "Chain and address, as in eip155:324:0x… (CAIP-10). Have the customer copy it: "
                "they sign with this wallet, and it cannot be changed later."
            ),
            widget=forms.TextInput(attrs=PLAIN_TEXT),
            error_messages={"required": _("Enter the customer's wallet.")},
        ),
        "external_id": forms.CharField(
            label=_("Our own id"),
            max_length=newcomers.EXTERNAL_ID_LENGTH,
            help_text=_("The customer's id in our own books, which the provider keeps along."),
            widget=forms.TextInput(attrs=PLAIN_TEXT),
            error_messages={"required": _("Enter your own books' id of the customer.")},
        ),
    }


OWN_FIELDS = {"currency": _currency, "signature": _signature, "wallet": _wallet}


class DecideForm(PlainForm):
    """A second person's decision about exactly the request that was shown."""

    note = forms.CharField(
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Optional when you approve. When you reject, say why: the maker reads it."),
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("reject", _("Reject"))])
