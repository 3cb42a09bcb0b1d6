"""The resolutions' pages: what one person proposed to end how, and what a second made of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app import masking
from accounts_app.admin import acting, badges, confirming, matters, moments, words
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.confirming import ConfirmMixin
from accounts_app.models import Resolution
from accounts_app.services import resolutions


class ForMeFilter(admin.SimpleListFilter):
    """Narrows the list to the proposals that wait for the person's own confirmation."""

    title = _("waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the one choice to those who may confirm."""
        return (
            [("me", str(_("for my decision")))]
            if request.user.has_perm(resolutions.CONFIRM)
            else []
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what others proposed and nobody has decided."""
        if not self.value():
            return queryset
        return resolutions.to_confirm(queryset, acting.person(request))


@admin.register(Resolution)
class ResolutionAdmin(ConfirmMixin, ViewOnlyAdmin):
    """Lists and shows proposals; deciding one has a page of its own."""

    change_form_template = "admin/accounts_app/resolution/change_form.html"
    list_display = ("proposed", "about", "end", "state_badge", "proposed_by", "decided_by")
    list_display_links = ("proposed",)
    list_filter = (ForMeFilter, "state", "verdict", ("proposer", admin.RelatedOnlyFieldListFilter))
    looks_in = ("evidence",)
    looks_in_ids = ("made_id",)
    search_help_text = _("Words of the evidence, or the id of what was made")
    nothing = _(
        "Nobody has proposed an end yet. What needs two people is listed on the start page; how it "
        "ends is proposed on its own page."
    )
    fieldsets = (
        (
            _("What was proposed"),
            {
                "fields": ("about", "end", "made", "written"),
                "classes": ("facts--one",),
            },
        ),
        (
            _("Who"),
            {"fields": ("proposed_by", "proposed", "decided_by", "decided", "noted", "digest")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read what they are about, and whose they are, along with them."""
        found: QuerySet[Any] = confirming.rows()
        return found

    def heading(self, row: Resolution) -> str:
        """Call the resolution by what it is about."""
        return gettext("How it ends: %(what)s") % {"what": matters.name_of(row.subject)}

    def badge_of(self, row: Resolution) -> SafeString:
        """Return where it stands."""
        return badges.of_resolution(row)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add what the person may do with it while it waits."""
        waits = row.state == Resolution.State.PROPOSED
        is_own = resolutions.is_own(row, acting.person(request))
        return {
            "may_decide": waits and not is_own and request.user.has_perm(resolutions.CONFIRM),
            "may_withdraw": waits and is_own,
        }

    @admin.display(description=_("about"))
    def about(self, resolution: Resolution) -> SafeString:
        """Lead to what it is about."""
        subject = resolution.subject
        address = words.address_of(subject)
        return format_html('<a href="{}">{}</a>', address, matters.name_of(subject))

    @admin.display(description=_("how it ends"), ordering="verdict")
    def end(self, resolution: Resolution) -> str:
        """Say what is proposed, in the form's own words."""
        return resolution.get_verdict_display()

    @admin.display(description=_("made"))
    def made(self, resolution: Resolution) -> SafeString | str:
        """Lead to what a creation is said to have made."""
        row = matters.picked(resolution)
        return words.entity_link(row.KIND, row.pk) if row else words.NOTHING

    @admin.display(description=_("evidence"))
    def written(self, resolution: Resolution) -> SafeString:
        """Show the evidence as it was written."""
        return format_html('<span class="words">{}</span>', masking.text(resolution.evidence))

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, resolution: Resolution) -> SafeString:
        """Draw where it stands."""
        return badges.of_resolution(resolution)

    @admin.display(description=_("proposed"), ordering="proposed_at")
    def proposed(self, resolution: Resolution) -> SafeString | str:
        """Show when it was proposed."""
        return moments.moment(resolution.proposed_at)

    @admin.display(description=_("proposed by"), ordering="proposer__username")
    def proposed_by(self, resolution: Resolution) -> str:
        """Name who proposed it."""
        return resolution.proposer.get_username()

    @admin.display(description=_("decided by"), ordering="decider__username")
    def decided_by(self, resolution: Resolution) -> str:
        """Name who decided it."""
        return resolution.decider.get_username() if resolution.decider else words.NOTHING

    @admin.display(description=_("decided"))
    def decided(self, resolution: Resolution) -> SafeString | str:
        """Show when it was decided."""
        return moments.moment(resolution.decided_at)

    @admin.display(description=_("decider's note"))
    def noted(self, resolution: Resolution) -> SafeString | str:
        """Show what the decider noted."""
        return format_html(
            '<span class="words">{}</span>', masking.text(resolution.note) or words.NOTHING
        )
