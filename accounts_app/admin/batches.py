"""The batches: their list, and the page that follows one until every item of it has ended."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts_app import masking
from accounts_app.admin import badges, moments, personal, story, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.batch_filters import UnderWayFilter
from accounts_app.admin.bulk import many, owner_of
from accounts_app.models import Batch, BatchItem, Customer, EntityKind
from accounts_app.services import batches

MOVING_PART = "admin/accounts_app/batch/progress.html"
BADGES = {
    BatchItem.State.REFUSED: "bad",
    BatchItem.State.WAITING: "waiting",
    BatchItem.State.DONE: "good",
    BatchItem.State.FAILED: "bad",
}
OWNERS = {EntityKind.ACCOUNT: "customer", EntityKind.CARD: "account__customer"}


@dataclass(frozen=True)
class Line:
    """One item, the row it is about as it is now, and what the read changed."""

    item: BatchItem
    row: Any
    badge: SafeString
    changes: list[story.Change]

    @property
    def outcome(self) -> str:
        """What came of its operation, without the state's name, which the badge says."""
        operation = self.item.operation
        if operation is None:
            return ""
        return operation.outcome.removeprefix(f"{operation.get_state_display()}.").strip()

    @property
    def owner(self) -> Customer:
        """The customer whose row it is."""
        return owner_of(self.row)


@dataclass(frozen=True)
class Progress:
    """How far a batch is, in numbers and in words; `tone` is how a note is drawn."""

    total: int
    open: int
    done: int
    refused: int

    @property
    def ended(self) -> int:
        """How many items have ended, however they did."""
        return self.total - self.open

    @property
    def otherwise(self) -> int:
        """How many ended without effect, refusals aside."""
        return self.ended - self.done - self.refused

    @property
    def words(self) -> str:
        """Say how far it is."""
        said = _("%(ended)d of %(total)d finished") % {"ended": self.ended, "total": self.total}
        parts = [(self.done, _("done")), (self.refused, _("refused"))]
        parts.append((self.otherwise, _("without effect")))
        told = ", ".join(f"{number} {what}" for number, what in parts if number)
        return words.joined(said, told) if told else said

    @property
    def tone(self) -> str:
        """How the sentence is drawn."""
        if self.open:
            return "info"
        return "good" if self.done == self.total else "warn"

    @property
    def badge(self) -> SafeString:
        """Draw the whole in a word."""
        if self.open:
            return badges.badge(_("under way"), "waiting")
        if self.done == self.total:
            return badges.badge(_("done"), "good")
        return badges.badge(_("finished, not all done"), "attention")


@admin.register(Batch)
class BatchAdmin(ViewOnlyAdmin):
    """Lists and shows what was asked for many at once; nothing here can be edited."""

    change_form_template = "admin/accounts_app/batch/change_form.html"
    list_display = ("name", "state_badge", "how_far", "maker", "asked", "why")
    list_filter = (UnderWayFilter, "kind", ("maker", admin.RelatedOnlyFieldListFilter), "asked_at")
    list_select_related = ("maker",)
    looks_in = ("reason", "reference")
    search_help_text = gettext_lazy("Words of the reason, case reference")
    nothing = gettext_lazy(
        "Nothing was asked for many at once yet. Tick rows in a list and choose an action."
    )
    fieldsets = ((None, {"fields": ()}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count what came of the items along with the batches."""
        return batches.counted().select_related("maker", "earlier")

    def get_urls(self) -> list[URLPattern]:
        """Put the progress endpoint before the page, which matches nearly anything."""
        view = self.admin_site.admin_view(self.progress_view)
        name = "accounts_app_batch_progress"
        return [path("<int:batch_id>/progress/", view, name=name), *super().get_urls()]

    def heading(self, row: Batch) -> str:
        """Say what was asked for, and its number."""
        return name_of(row)

    def badge_of(self, row: Any) -> SafeString:
        """Return how the whole stands."""
        return _progress(row).badge

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add how far it is, what came of each item, and the way to repeat what failed."""
        return {
            **_story(row, request.user),
            "repeats": list(row.repeats.all()),
            "list_address": reverse(f"admin:accounts_app_{row.entity_kind}_changelist"),
        }

    def progress_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Return how far it is, and the part of its page that moves."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = get_object_or_404(self.get_queryset(request), pk=batch_id)
        told = _story(batch, request.user)
        progress: Progress = told["progress"]
        answer = {
            "state": str(progress.ended),
            "label": progress.words,
            "ended": not progress.open,
            "html": render_to_string(MOVING_PART, {"original": batch, **told}, request),
        }
        return JsonResponse(answer)

    @admin.display(description=gettext_lazy("batch"), ordering="pk")
    def name(self, batch: Batch) -> str:
        """Write what was asked for, and the number."""
        return name_of(batch)

    @admin.display(description=gettext_lazy("state"))
    def state_badge(self, batch: Any) -> SafeString:
        """Draw how the whole stands."""
        return _progress(batch).badge

    @admin.display(description=gettext_lazy("how far"))
    def how_far(self, batch: Any) -> str:
        """Say how far it is."""
        return _progress(batch).words

    @admin.display(description=gettext_lazy("asked"), ordering="asked_at")
    def asked(self, batch: Batch) -> SafeString | str:
        """Write when it was asked for."""
        return moments.moment(batch.asked_at)

    @admin.display(description=gettext_lazy("reason"))
    def why(self, batch: Batch) -> SafeString | str:
        """Write the beginning of the reason."""
        return words.clipped(masking.text(batch.reason))


def name_of(batch: Batch) -> str:
    """Return what a batch is called."""
    model = batches.TABLES[batch.entity_kind]
    what = many(batch.get_kind_display(), model._meta.verbose_name_plural)
    return f"{what} #{batch.pk}"


def _progress(batch: Any) -> Progress:
    return Progress(batch.total, batch.open, batch.done, batch.refused)


def _story(batch: Any, person: Any) -> dict[str, Any]:
    """Return what the moving part of the page tells."""
    may_repeat = person.has_perm(batches.permission(batch.kind))
    return {
        "progress": _progress(batch),
        "lines": _lines(batch),
        "repeat_address": _repeat_address(batch) if may_repeat else "",
    }


def _lines(batch: Batch) -> list[Line]:
    items = list(batch.items.select_related("operation").order_by("pk"))
    rows: QuerySet[Any] = batches.TABLES[batch.entity_kind].objects.all()
    owner = OWNERS.get(EntityKind(batch.entity_kind))
    rows = rows.select_related(owner) if owner else rows
    found: dict[uuid.UUID, Any] = rows.in_bulk([item.entity_id for item in items])
    return [
        Line(item, row, _badge(item), story.changes_of(item.changed, personal.customer_id_of(row)))
        for item in items
        for row in [found[item.entity_id]]
    ]


def _badge(item: BatchItem) -> SafeString:
    if item.operation:
        return badges.of_operation(item.operation)
    state = BatchItem.State(item.state)
    return badges.badge(item.get_state_display(), BADGES[state])


def _repeat_address(batch: Batch) -> str:
    """Return the page that asks anew for what failed; empty when nothing did."""
    failed = batches.repeatable(batch)
    if not failed:
        return ""
    address = reverse(f"admin:accounts_app_{batch.entity_kind}_batch", args=[batch.kind])
    return f"{address}?{urlencode([*(('of', one) for one in failed), ('again', batch.pk)])}"
