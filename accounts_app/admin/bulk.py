"""Asking to deactivate several accounts at once: one page lists each, one reason counts for all.

Every account gets an operation of its own, made as the ask page would; the worker sends them.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import action
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts_app.admin import acting
from accounts_app.admin.asking import obstacle
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.forms import PlainForm, reason_field, reference_field
from accounts_app.errors import Refusal
from accounts_app.models import Account, Card, Operation
from accounts_app.services import operations
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS

KIND = KINDS["deactivate"]
CONFIRM = "admin/accounts_app/bulk_confirm.html"
RESULT = "admin/accounts_app/bulk_result.html"


class BulkForm(PlainForm):
    """The reason for all, and the number from which each account's own form number follows."""

    reason = reason_field()
    reference = reference_field()
    form_number = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Line:
    """One account of the selection and what would happen, or happened, to it."""

    account: Account
    cards: list[Card]
    refusal: Refusal | None = None
    operation: Operation | None = None


@action(description="Deactivate selected accounts", permissions=["deactivate"])
def deactivate_selected(
    admin: ViewOnlyAdmin, request: HttpRequest, selected: QuerySet[Any]
) -> HttpResponse | None:
    """Show what would happen to each ticked account; once confirmed, ask for it and show how."""
    if selected.count() > settings.BULK_LIMIT:
        sentence = f"Deactivate at most {settings.BULK_LIMIT} at a time. Nothing was asked for."
        admin.message_user(request, sentence, messages.ERROR)
        return None
    accounts = selected.select_related("customer").prefetch_related("cards").order_by("pk")
    is_confirmed = "confirmed" in request.POST
    form = BulkForm(request.POST if is_confirmed else None, initial={"form_number": uuid.uuid4()})
    if is_confirmed and form.is_valid():
        lines = [_ask(account, form, request) for account in accounts]
        return _page(admin, request, RESULT, lines=lines)
    lines = [_preview(account) for account in accounts]
    return _page(admin, request, CONFIRM, lines=lines, form=form)


def _preview(account: Account) -> Line:
    return Line(account, list(account.cards.all()), obstacle(KIND, account))


def _ask(account: Account, form: BulkForm, request: HttpRequest) -> Line:
    """Ask for one account's deactivation; the same page sent twice asks once."""
    asked = Asked(
        kind=KIND.name,
        target_id=account.pk,
        reason=form.cleaned_data["reason"],
        reference=form.cleaned_data["reference"],
        form_number=uuid.uuid5(form.cleaned_data["form_number"], str(account.pk)),
        revision=_revision_seen(request, account),
    )
    try:
        operation = operations.request(asked, maker=acting.person(request))
    except Refusal as refusal:
        return Line(account, [], refusal=refusal)
    return Line(account, [], operation=operation)


def _revision_seen(request: HttpRequest, account: Account) -> int:
    """Return the revision the page showed; one that is missing is older than any."""
    shown = request.POST.get(f"revision-{account.pk}", "")
    return int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 20 else 0


def _page(
    admin: ViewOnlyAdmin, request: HttpRequest, template: str, **context: Any
) -> HttpResponse:
    lines: list[Line] = context["lines"]
    refused = sum(line.refusal is not None for line in lines)
    title = "Deactivate accounts" if template == CONFIRM else "Deactivation asked for"
    full = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": title,
        "kind": KIND,
        "refused": refused,
        "possible": len(lines) - refused,
        **context,
    }
    return TemplateResponse(request, template, full)
