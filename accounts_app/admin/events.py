"""The webhook events' pages: what came, word for word, and what was made of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app import sentences
from accounts_app.admin import badges, event_desk, event_pages, moments, payload, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.event_pages import EventPagesMixin
from accounts_app.admin.values import IndexedValuesFilter
from accounts_app.models import EntityKind, WebhookEvent

TYPES = ("type", IndexedValuesFilter)


@admin.register(WebhookEvent)
class WebhookEventAdmin(EventPagesMixin, ViewOnlyAdmin):
    """Lists and shows events."""

    change_list_template = "admin/accounts_app/webhookevent/change_list.html"
    change_form_template = "admin/accounts_app/webhookevent/change_form.html"
    list_display = ("received", "type", "entity", "claimed", "state_badge", "deliveries", "said")
    list_display_links = ("received", "type")
    list_filter = ("state", "is_conflicting", event_desk.AboutFilter, TYPES, "received_at")
    # The other columns have no index, and a delivery does not pay for one.
    sortable_by = ("received",)
    actions = [event_pages.look_again_selected]
    looks_for = ("event_id",)
    looks_in_ids = ("entity_id", "account_id")
    search_help_text = _("Whole event id; account, card or customer id, whole or its beginning")
    nothing = _(
        "The provider has not delivered an event yet. It does once the webhook subscription is "
        "made."
    )
    fieldsets = (
        (
            _("What came"),
            {"fields": ("type", "event_id", "entity", "claimed", "received", "came_again")},
        ),
        (
            _("What became of it"),
            {"fields": ("state_badge", "conflict", "said", "attempts", "next", "ended")},
        ),
        (_("Body, word for word"), {"fields": ("contents",), "classes": ("facts--one",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the bodies where they are until one is shown."""
        return super().get_queryset(request).defer("body")

    def badge_of(self, row: WebhookEvent) -> SafeString:
        """Return where the event stands."""
        return badges.of_event(row)

    def heading(self, row: WebhookEvent) -> str:
        """Call the event by its type and the beginning of its id."""
        return f"{row.type} {words.short_id(row.event_id)}"

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, event: WebhookEvent) -> SafeString | str:
        """Show when it first came."""
        return moments.moment(event.received_at)

    @admin.display(description=_("deliveries"))
    def came_again(self, event: WebhookEvent) -> str:
        """Show how often it came."""
        last = moments.minute(event.last_received_at)
        return gettext("%(number)s, the last %(time)s") % {"number": event.deliveries, "time": last}

    @admin.display(description=_("about"))
    def entity(self, event: WebhookEvent) -> SafeString | str:
        """Lead to what it is about."""
        shown = words.entity_link(event.entity_kind, event.entity_id)
        return words.copyable(shown, event.entity_id)

    @admin.display(description=_("claims"))
    def claimed(self, event: WebhookEvent) -> SafeString | str:
        """Show the status it speaks of; events of what is not mirrored have words of their own."""
        if event.entity_kind not in EntityKind.values:
            return event.claimed_status or words.NOTHING
        if not event.claimed_status:
            return words.NOTHING
        return badges.of_status(event.claimed_status, event.entity_kind)

    @admin.display(description=_("state"))
    def state_badge(self, event: WebhookEvent) -> SafeString:
        """Show where it stands, and whether another body came under its id."""
        state = badges.of_event(event)
        if not event.is_conflicting:
            return state
        return format_html("{} {}", state, badges.badge(gettext("conflicting"), "attention"))

    @admin.display(description=_("other bodies"))
    def conflict(self, event: WebhookEvent) -> SafeString | str:
        """Lead to all events of the same id when there are several."""
        if not event.is_conflicting:
            return words.NOTHING
        address = reverse("admin:accounts_app_webhookevent_changelist")
        return format_html(
            '<a href="{}?q={}">{}</a>. {}',
            address,
            event.event_id,
            gettext("Others came under the same event id"),
            gettext("None of them is believed: data is taken from the provider."),
        )

    @admin.display(description=_("note"))
    def said(self, event: WebhookEvent) -> str:
        """Say what came of it."""
        return sentences.told(event.note) or words.NOTHING

    @admin.display(description=_("looked into again at"))
    def next(self, event: WebhookEvent) -> SafeString | str:
        """Show when it is due."""
        return moments.moment(event.next_at)

    @admin.display(description=_("ended"))
    def ended(self, event: WebhookEvent) -> SafeString | str:
        """Show when it was done with."""
        return moments.moment(event.ended_at)

    @admin.display(description=_("body"))
    def contents(self, event: WebhookEvent) -> SafeString:
        """Show the body, indented when it is JSON and as it came when it is not."""
        return payload.beginning(payload.text_of(event), event)
