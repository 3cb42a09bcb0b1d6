"""The audit's pages, and Django's own history beside it; both can only be read."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app import sentences
from accounts_app.admin import acting, moments, personal, story, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.listed import ValuesFilter
from accounts_app.models import AuditEntry, EntityKind
from accounts_app.services import audit_reading


class WhenFilter(admin.DateFieldListFilter):
    """Narrows the list to a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = gettext("when")


class ActFilter(ValuesFilter):
    """Narrows the list to one act, said as the list says it."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer the acts there are."""
        everything = gettext("All")
        for choice in super().choices(changelist):
            yield choice if choice["display"] == everything else _acted(choice)


def _acted(choice: dict[str, Any]) -> dict[str, Any]:
    return {**choice, "display": story.act(str(choice["display"]))}


class AboutFilter(ValuesFilter):
    """Narrows the list to acts about one kind of thing, called as the list calls it."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer the kinds there are."""
        for choice in super().choices(changelist):
            yield {**choice, "display": words.kind_name(str(choice["display"]))}


class ReadOnRecord(ViewOnlyAdmin):
    """Pages whose readers are recorded: the list, and each row's own page."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, to somebody who is on record for it."""
        if self.has_view_permission(request):
            audit_reading.note(acting.person(request), None)
        return super().changelist_view(request, extra_context)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Show a row, to somebody who is on record for it."""
        audit_reading.note(acting.person(request), row)
        return super().page(request, row)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnRecord):
    """Lists and shows what was done, by whom, why, and what came of it."""

    list_display = ("sequence", "when", "actor_name", "act", "about", "why", "outcome")
    list_display_links = ("sequence",)
    list_filter = (
        *(("at", WhenFilter), ("action", ActFilter)),
        *("actor_name", ("object_kind", AboutFilter)),
    )
    looks_in = ("actor_name", "actor_subject", "reason")
    looks_in_ids = ("object_id",)
    search_help_text = _("Whole or part of an id, a name, words of the reason")
    fieldsets = (
        (
            _("What was done"),
            {"fields": ("act", "when", "actor_name", "about", "operation", "reason", "outcome")},
        ),
        (
            _("Who it was then, and whence"),
            {"fields": ("actor_subject", "roles", "strength", "source", "request_id")},
        ),
        (_("Before and after"), {"fields": ("before_shown", "after_shown")}),
        (
            _("Its place in the chain"),
            {"fields": ("sequence", "previous_hash", "hash"), "classes": ("facts--one",)},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep to the person's own acts unless the whole audit is theirs to read."""
        entries = super().get_queryset(request)
        if request.user.has_perm("accounts_app.read_whole_audit"):
            return entries
        return entries.filter(actor=request.user.pk)

    def heading(self, row: AuditEntry) -> str:
        """Call the entry by its number and its act."""
        return gettext("Entry %(number)s. %(act)s") % {
            "number": row.sequence,
            "act": story.act(row.action),
        }

    @admin.display(description=_("when"), ordering="at")
    def when(self, entry: AuditEntry) -> SafeString | str:
        """Show when it happened."""
        return moments.moment(entry.at)

    @admin.display(description=_("act"), ordering="action")
    def act(self, entry: AuditEntry) -> str:
        """Say what was done."""
        return story.act(entry.action)

    @admin.display(description=_("about"), ordering="object_id")
    def about(self, entry: AuditEntry) -> SafeString | str:
        """Lead to what it was done to."""
        return words.entity_link(entry.object_kind, entry.object_id)

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, entry: AuditEntry) -> SafeString | str:
        """Show the beginning of the reason."""
        return words.clipped(entry.reason)

    @admin.display(description=_("result"), ordering="result")
    def outcome(self, entry: AuditEntry) -> SafeString | str:
        """Say what came of it."""
        return words.clipped(sentences.told(entry.result))

    @admin.display(description=_("before"))
    def before_shown(self, entry: AuditEntry) -> SafeString:
        """Show what was so before."""
        return personal.pretty(entry.before, _customer_of(entry))

    @admin.display(description=_("after"))
    def after_shown(self, entry: AuditEntry) -> SafeString:
        """Show what was so after."""
        return personal.pretty(entry.after, _customer_of(entry))


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnRecord):
    """Lists and shows what Django's admin itself recorded, changes to users and groups included."""

    list_display = ("when", "user", "about", "message", "why", "changes")
    list_display_links = ("when",)
    list_filter = ("action_time", "user")
    list_select_related = ("user", "content_type")
    looks_in = ("object_repr", "user__username")
    looks_in_ids = ("object_id",)
    search_help_text = _("Whole or part of an id, a name")
    fieldsets = (
        (
            _("What was done"),
            {"fields": ("when", "user", "content_type", "object_repr", "object_id", "message")},
        ),
        (_("Why, and what changed"), {"fields": ("reason", "changed", "result")}),
    )

    @admin.display(description=_("when"), ordering="action_time")
    def when(self, entry: LogEntry) -> SafeString | str:
        """Show when it happened."""
        return moments.moment(entry.action_time)

    @admin.display(description=_("about"), ordering="object_id")
    def about(self, entry: LogEntry) -> SafeString | str:
        """Lead to what it was done to."""
        kind = entry.content_type.model if entry.content_type else ""
        if kind in EntityKind.values:
            return words.entity_link(kind, entry.object_id)
        name = entry.content_type.name if entry.content_type else ""
        is_ours = entry.content_type and entry.content_type.app_label == AuditEntry._meta.app_label
        return f"{name} {entry.object_id if is_ours else entry.object_repr}".strip()

    @admin.display(description=_("what"))
    def message(self, entry: LogEntry) -> Any:
        """Say what was done."""
        ours = _ours(entry)
        return story.act(ours["action"]) if ours else entry.get_change_message()

    @admin.display(description=_("reason"))
    def reason(self, entry: LogEntry) -> str:
        """Say why."""
        return str(_ours(entry).get("reason", ""))

    @admin.display(description=_("reason"))
    def why(self, entry: LogEntry) -> SafeString | str:
        """Show the beginning of the reason."""
        return words.clipped(self.reason(entry))

    @admin.display(description=_("before → after"))
    def changes(self, entry: LogEntry) -> SafeString | str:
        """Show the beginning of what changed."""
        return words.clipped(self.changed(entry))

    @admin.display(description=_("before → after"))
    def changed(self, entry: LogEntry) -> str:
        """Say what was so before, and what after."""
        ours = _ours(entry)
        before, after = ours.get("before", {}), ours.get("after", {})
        names = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
        return "; ".join(
            words.joined(
                words.field_name(name),
                f"{before[name] or gettext('none')} → {after[name]}",
            )
            for name in names
        )

    @admin.display(description=_("result"))
    def result(self, entry: LogEntry) -> str:
        """Say what came of it."""
        return sentences.told(str(_ours(entry).get("result", "")))


def _customer_of(entry: AuditEntry) -> uuid.UUID | None:
    return personal.customer_of(entry.object_kind, entry.object_id)


def _ours(entry: LogEntry) -> dict[str, Any]:
    """Return what audit.record kept in the message; nothing for what Django recorded itself."""
    try:
        message = json.loads(entry.change_message)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
