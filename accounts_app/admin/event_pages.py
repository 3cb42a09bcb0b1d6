"""The events' further pages: the whole body, another look, and the subscription behind them all."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, action
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts_app.admin import acting, event_desk, payload, signed_out, subscription_page, words
from accounts_app.errors import Refusal
from accounts_app.models import WebhookEvent
from accounts_app.services import looking_again


class EventPagesMixin(ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds these pages, the action of the list, and the counters above it."""

    def get_urls(self) -> list[URLPattern]:
        """Put them before an event's own page, which matches nearly anything."""
        guarded, name = self.admin_site.admin_view, "accounts_app_webhookevent"
        shown = require_safe(self.subscription_view)
        changed = require_http_methods(["GET", "HEAD", "POST"])(
            partial(subscription_page.change, self)
        )
        kept = signed_out.keeping(self.admin_site, changed)
        body, again = require_safe(self.body_view), require_POST(self.look_again_view)
        return [
            path("subscription/", guarded(shown), name=f"{name}_subscription"),
            path("subscription/<str:name>/", kept, name=f"{name}_change_subscription"),
            path("<int:number>/body/", guarded(body), name=f"{name}_body"),
            path("<int:number>/look-again/", guarded(again), name=f"{name}_look_again"),
            *super().get_urls(),
        ]

    def has_look_again_permission(self, request: HttpRequest) -> bool:
        """Whether the person may have events looked into again."""
        return request.user.has_perm(looking_again.LOOK_AGAIN)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the events under what needs somebody's eyes."""
        above = event_desk.counters(request) if self.has_view_permission(request) else {}
        return super().changelist_view(request, {**above, **(extra_context or {})})

    def page(self, request: HttpRequest, row: WebhookEvent) -> dict[str, Any]:
        """Offer another look to those who may have one."""
        if not self.has_look_again_permission(request):
            return {}
        return {"look_again_address": words.address_of(row, "look_again")}

    def subscription_view(self, request: HttpRequest) -> HttpResponse:
        """Show the subscription to whoever may see events."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return subscription_page.show(self, request)

    def body_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show an event's body, however long."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        event = get_object_or_404(WebhookEvent, pk=number)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{event.type} {words.short_id(event.event_id)}",
            "original": event,
            "contents": words.verbatim(payload.whole(payload.text_of(event))),
        }
        return TemplateResponse(request, "admin/accounts_app/webhookevent/body.html", context)

    def look_again_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Have one event looked into again and return to its page."""
        if not (self.has_look_again_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        event = get_object_or_404(WebhookEvent, pk=number)
        _look(self, request, [event.pk])
        return redirect(words.address_of(event))


@action(description=gettext_lazy("Look again at selected"), permissions=["look_again"])
def look_again_selected(
    admin: "ModelAdmin[Any]", request: HttpRequest, selected: QuerySet[Any]
) -> None:
    """Have the ticked events looked into again."""
    numbers = selected.order_by("pk").values_list("pk", flat=True)
    _look(admin, request, list(numbers[: looking_again.AT_ONCE + 1]))


def _look(admin: "ModelAdmin[Any]", request: HttpRequest, numbers: list[int]) -> None:
    """Ask for it, and say in a sentence what will be read."""
    try:
        again = looking_again.ask(numbers, person=acting.person(request))
    except Refusal as refusal:
        admin.message_user(request, refusal.told, messages.ERROR)
        return
    told = ngettext(
        "%(number)s row is read anew from the provider. Its events will tell what came of it.",
        "%(number)s rows are read anew from the provider. Their events will tell what came of it.",
        again.entities,
    ) % {"number": again.entities}
    idle = _("Nothing can be read for %(number)s of the events: they are kept for the timeline.")
    sentences = [told] * bool(again.entities)
    sentences += [idle % {"number": again.idle}] * bool(again.idle)
    level = messages.SUCCESS if again.entities else messages.WARNING
    admin.message_user(request, " ".join(sentences), level)
