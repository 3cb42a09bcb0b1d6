"""What the pages of customers, accounts and cards share: facts, warnings, refresh, the story."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from accounts_app import discrepancies
from accounts_app.admin import (
    acting,
    badges,
    buttons,
    list_actions,
    meanings,
    moments,
    personal,
    refreshing,
    timeline,
    words,
)
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.bulk import BatchMixin
from accounts_app.admin.past import MomentForm, PastMixin
from accounts_app.admin.timeline import NEWEST, TimelineMixin
from accounts_app.models import Mirrored, WebhookEvent

# An event is normally looked into within a second.
LATE = timedelta(minutes=1)


class MirroredAdmin(BatchMixin, TimelineMixin, PastMixin, ViewOnlyAdmin):
    """The page of a mirrored model; `facts` are the fields that say what a row is."""

    change_form_template = "admin/accounts_app/mirrored_form.html"
    actions = [list_actions.refresh_selected]
    looks_in_ids: ClassVar[tuple[str, ...]] = ("id",)
    facts: ClassVar[tuple[str, ...]] = ()
    how_we_know: ClassVar[tuple[str, ...]] = (
        *("learnt_from", "asked", "updated_as_told", "revision"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Mark the rows whose provider told of a change that has not been looked into yet."""
        unread = WebhookEvent.objects.filter(
            state=WebhookEvent.State.PENDING,
            entity_kind=self.model.KIND,
            entity_id=OuterRef("pk"),
            received_at__lt=timezone.now() - LATE,
        )
        rows: QuerySet[Any] = super().get_queryset(request).annotate(may_be_old=Exists(unread))
        return rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Divide the fields into what the row is and how we know."""
        return [
            (gettext("What it is"), {"fields": self.facts}),
            (gettext("How we know"), {"fields": self.how_we_know, "classes": ("facts--short",)}),
        ]

    @display(description=gettext_lazy("id"), ordering="id")
    def short(self, row: Mirrored) -> SafeString:
        """Show the first digits of the row's id; the whole of it on hover."""
        return words.short(row.pk)

    @display(description=gettext_lazy("copy"))
    def copy_id(self, row: Mirrored) -> SafeString:
        """Offer the row's whole id to be copied."""
        return words.copier(row.pk)

    @display(description=gettext_lazy("id"))
    def full_id(self, row: Mirrored) -> SafeString | str:
        """Show the row's whole id, to be copied."""
        return words.identifier(row.pk)

    @display(description=gettext_lazy("status"), ordering="status")
    def status_badge(self, row: Mirrored) -> SafeString:
        """Show the row's status, and that it may be old."""
        badge = badges.of_row(row)
        if not getattr(row, "may_be_old", False):
            return badge
        title = gettext("May be old, last confirmed %(time)s") % {
            "time": moments.time_of_day(row.asked_at)
        }
        old = badges.badge(gettext("may be old"), "attention")
        return format_html('{} <span title="{}">{}</span>', badge, title, old)

    @display(description=gettext_lazy("status"))
    def status_told(self, row: Mirrored) -> SafeString:
        """Show the row's status, and what the provider's word for it means."""
        meaning = meanings.of_status(row.KIND, row.status)
        return format_html('{} <span class="quiet">{}</span>', badges.of_row(row), meaning)

    @display(description=gettext_lazy("type"), ordering="type")
    def type_told(self, row: Any) -> SafeString:
        """Show the type of an account or a card, and what the provider's word means."""
        meaning = meanings.of_type(row.type)
        return format_html('{} <span class="quiet">{}</span>', row.type, meaning)

    @display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, row: Mirrored) -> SafeString | str:
        """Show when the provider made it."""
        return moments.moment(row.created_at)

    @display(description=gettext_lazy("updated"), ordering="updated_at")
    def updated(self, row: Mirrored) -> SafeString | str:
        """Show when the provider last changed it."""
        return moments.moment(row.updated_at)

    @display(description=gettext_lazy("asked at"))
    def asked(self, row: Mirrored) -> SafeString | str:
        """Show when we asked for the answer that last confirmed the row."""
        return moments.moment(row.asked_at)

    @display(description=gettext_lazy("source"))
    def learnt_from(self, row: Mirrored) -> str:
        """Show how we came to ask."""
        return words.source(row.source)

    @display(description=gettext_lazy("provider's updatedAt"))
    def updated_as_told(self, row: Mirrored) -> str:
        """Show the provider's own spelling of the time that orders its answers."""
        return row.updated_at_text

    @display(description=gettext_lazy("personal fields"))
    def personal_fields(self, row: Mirrored) -> SafeString | str:
        """Say whether they are masked, and lead to asking for more."""
        return personal.offer(personal.customer_id_of(row), words.address_of(row))

    def badge_of(self, row: Mirrored) -> SafeString:
        """Return the row's status."""
        return badges.of_row(row)

    def heading(self, row: Mirrored) -> str:
        """Call the row by its short id."""
        return f"{row.KIND.label} {words.short_id(row.pk)}"

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add what warns about the row, and whether the person may refresh it."""
        return {
            "contradictions": buttons.open_discrepancies(row),
            "acknowledged": discrepancies.acknowledged(entity_kind=row.KIND, entity_id=row.pk),
            "may_refresh": self.has_refresh_permission(request),
            "refresh_address": words.address_of(row, "refresh"),
            "moment": MomentForm(),
            "as_of_address": words.address_of(row, "as_of"),
            **timeline.context_of(row, QueryDict(), request.user, size=NEWEST),
        }

    def has_refresh_permission(self, request: HttpRequest) -> bool:
        """Whether the person may read rows anew from the provider."""
        return request.user.has_perm("accounts_app.refresh_mirror")

    def get_urls(self) -> list[URLPattern]:
        """Put the refresh before the row's own page, which matches nearly anything."""
        view = self.admin_site.admin_view(require_POST(self.refresh_view))
        name = f"accounts_app_{self.opts.model_name}_refresh"
        return [path("<uuid:row_id>/refresh/", view, name=name), *super().get_urls()]

    def refresh_view(self, request: HttpRequest, row_id: uuid.UUID) -> HttpResponse:
        """Read the row anew and return to its page with what came of it."""
        if not (self.has_refresh_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        row = self.row_or_404(request, row_id)
        told = refreshing.refreshed(row, acting.person(request))
        self.message_user(request, told.sentence, told.level)
        return redirect(words.address_of(row))

    def row_or_404(self, request: HttpRequest, row_id: object) -> Mirrored:
        """Return the row; Http404 when there is none."""
        row: Mirrored | None = self.get_object(request, str(row_id))
        if row is None:
            raise Http404
        return row
