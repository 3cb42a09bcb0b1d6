"""The pages of what one person did alone: the queue, and the tick of a second person."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts_app import masking
from accounts_app.admin import acting, badges, moments, refusals, signed_out, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.forms import REASON_LENGTH
from accounts_app.errors import NotPermitted, Refusal, SameEyes
from accounts_app.models import Review
from accounts_app.services import reviews
from accounts_app.services.transitions import asked_about

LIST = "admin:accounts_app_review_changelist"
WAITING = "state=waiting"
# Where Django's own links keep how the list was filtered.
KEPT = "_changelist_filters"


class StateFilter(admin.SimpleListFilter):
    """Narrows the list to what waits, what is overdue, or what was looked at."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the three."""
        return [
            ("waiting", gettext("waiting")),
            ("overdue", gettext("overdue")),
            ("reviewed", gettext("reviewed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        chosen = {
            "waiting": Q(reviewed_at=None),
            "overdue": Q(reviewed_at=None, due_at__lt=timezone.now()),
            "reviewed": ~Q(reviewed_at=None),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Review)
class ReviewAdmin(ViewOnlyAdmin):
    """Lists what nobody had to agree to, and lets a second person tick it."""

    change_form_template = "admin/accounts_app/review.html"
    list_display = ("what", "state_badge", "target", "done_by", "asked", "due", "reviewed_by")
    list_filter = (StateFilter, ("maker", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("operation__account", "operation__customer", "operation__card", "maker")
    looks_in_ids = ("operation__account_id", "operation__customer_id")
    search_help_text = _("Whole or part of the id of a customer or account")
    nothing = _("Nothing was done by one person alone yet. What is will wait here for a second.")
    fieldsets = (
        (
            _("What was done"),
            {"fields": ("name", "outcome", "target", "done_by", "asked", "why", "reference")},
        ),
        (_("Who looked at it"), {"fields": ("due", "reviewed_by", "reviewed", "noted")}),
    )

    def get_urls(self) -> list[URLPattern]:
        """Put the tick before the review's own page, which matches nearly anything."""
        view = signed_out.keeping(self.admin_site, self.tick_view)
        name = "accounts_app_review_tick"
        return [path("<int:review_id>/tick/", view, name=name), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along what was done and by whom."""
        return super().get_queryset(request).select_related(*self.list_select_related, "reviewer")

    def heading(self, row: Review) -> str:
        """Call the review by what was done."""
        return gettext("Review of {name}").format(name=words.operation_name(row.operation))

    def badge_of(self, row: Review) -> SafeString:
        """Return how it stands."""
        return self.state_badge(row)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add whether the person may tick it, and why not."""
        person, waits = acting.person(request), row.reviewed_at is None
        return {
            "waits": waits,
            "is_own": reviews.is_own(row, person),
            "may_tick": waits and person.has_perm(reviews.RIGHT),
            "note_length": REASON_LENGTH,
            "list_query": request.GET.get(KEPT, WAITING),
        }

    @method_decorator(require_POST)
    def tick_view(self, request: HttpRequest, review_id: int) -> HttpResponse:
        """Tick it, and lead back to what else waits."""
        refusals.unless_seen(self, request)
        review = get_object_or_404(Review, pk=review_id)
        note = request.POST.get("note", "").replace("\0", "")[:REASON_LENGTH]
        try:
            reviews.tick(review.pk, reviewer=acting.person(request), note=note)
        except (NotPermitted, SameEyes) as refusal:
            return refusals.list_page(self.admin_site, request, refusal.told, model=Review)
        except Refusal as refusal:
            messages.info(request, refusal.told)
            return redirect(words.address_of(review))
        messages.success(request, gettext("Reviewed: {name}.").format(name=review))
        return redirect(f"{reverse(LIST)}?{request.POST.get('list', WAITING)}")

    @admin.display(description=_("operation"), ordering="operation")
    def what(self, review: Review) -> str:
        """Name the operation; the list leads to the review of it."""
        return words.operation_name(review.operation)

    @admin.display(description=_("operation"))
    def name(self, review: Review) -> SafeString:
        """Lead to the operation."""
        return words.named(review.operation, words.operation_name(review.operation))

    @admin.display(description=_("how it stands"))
    def outcome(self, review: Review) -> SafeString:
        """Draw where the operation stands."""
        return badges.of_operation(review.operation)

    @admin.display(description=_("state"), ordering="reviewed_at")
    def state_badge(self, review: Review) -> SafeString:
        """Draw whether it waits, and whether it has waited too long."""
        if review.reviewed_at:
            return badges.badge(gettext("reviewed"), "good")
        if review.due_at < timezone.now():
            return badges.badge(gettext("overdue"), "attention")
        return badges.badge(gettext("waiting"), "waiting")

    @admin.display(description=_("about"))
    def target(self, review: Review) -> SafeString | str:
        """Lead to what it was done to."""
        row = asked_about(review.operation)
        if row is None:
            return words.NOTHING
        return words.copyable(words.entity_link(row.KIND, row.pk), row.pk)

    @admin.display(description=_("done by"), ordering="maker__username")
    def done_by(self, review: Review) -> str:
        """Name who did it alone."""
        return review.maker.get_username()

    @admin.display(description=_("asked"), ordering="operation__requested_at")
    def asked(self, review: Review) -> SafeString | str:
        """Show when."""
        return moments.moment(review.operation.requested_at)

    @admin.display(description=_("reason"))
    def why(self, review: Review) -> str:
        """Show why."""
        return masking.text(review.operation.reason)

    @admin.display(description=_("case reference"))
    def reference(self, review: Review) -> str:
        """Show the case it was done in."""
        return review.operation.reference or words.NOTHING

    @admin.display(description=_("to be reviewed by"), ordering="due_at")
    def due(self, review: Review) -> SafeString | str:
        """Show until when a second person should have looked."""
        return moments.moment(review.due_at)

    @admin.display(description=_("reviewed by"), ordering="reviewer__username")
    def reviewed_by(self, review: Review) -> str:
        """Name the second person."""
        return review.reviewer.get_username() if review.reviewer else words.NOTHING

    @admin.display(description=_("reviewed"), ordering="reviewed_at")
    def reviewed(self, review: Review) -> SafeString | str:
        """Show when."""
        return moments.moment(review.reviewed_at)

    @admin.display(description=_("note"))
    def noted(self, review: Review) -> str:
        """Show what they noted."""
        return masking.text(review.note) or words.NOTHING
